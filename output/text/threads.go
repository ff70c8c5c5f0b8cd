package text

import (
	"maps"

	"plait/event"
)

// A threadCounter knows whether there is more than one thread.
type threadCounter struct {
	onlyLive bool        // threads that have ended do not count
	last     int         // thread of the event before: events of one thread come in bursts
	threads  map[int]int // and the processes that they belong to
	many     bool
	replaced bool // at an Exec: the thread whose number is taken over was seen before
}

// add counts the threads that e is about, before e is shown.
func (c *threadCounter) add(e event.Event) {
	if c.many && !c.onlyLive {
		return
	}
	h := e.Header()
	if x, ok := e.(*event.Exec); ok && c.onlyLive {
		c.exec(x)
	}
	c.addThread(h.TID, h.PID)
	if s, ok := e.(*event.Spawn); ok {
		c.addThread(s.ChildTID, s.ChildPID)
	}
}

// exec removes all threads of a process but the one that called execve(2).
func (c *threadCounter) exec(e *event.Exec) {
	_, c.replaced = c.threads[e.TID]
	maps.DeleteFunc(c.threads, func(tid, pid int) bool { return pid == e.PID || tid == e.FormerTID })
	c.last = 0
}

// removeEnded removes a thread that ends with e, after e was shown.
func (c *threadCounter) removeEnded(e event.Event) {
	switch e := e.(type) {
	case *event.Exit:
		c.removeThread(e.TID)
	case *event.Detach:
		c.removeThread(e.TID)
	}
}

func (c *threadCounter) addThread(tid, pid int) {
	if tid == 0 || tid == c.last {
		return
	}
	if c.threads == nil {
		c.threads = map[int]int{}
	}
	c.last = tid
	c.threads[tid] = pid
	c.many = len(c.threads) > 1
}

func (c *threadCounter) removeThread(tid int) {
	if !c.onlyLive {
		return
	}
	delete(c.threads, tid)
	c.last = 0
	c.many = len(c.threads) > 1
}
