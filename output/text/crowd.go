package text

import (
	"maps"

	"plait/event"
)

// A crowd tells whether there is more than one thread.
type crowd struct {
	present bool        // threads that have ended do not count
	last    int         // thread of the event before: events of one thread come in bursts
	threads map[int]int // and the processes that they belong to
	many    bool
	took    bool // of an Exec: the thread whose number was taken over had been seen
}

// see takes note of the threads that e speaks of, before it is shown.
func (c *crowd) see(e event.Event) {
	if c.many && !c.present {
		return
	}
	h := e.Header()
	if x, ok := e.(*event.Exec); ok && c.present {
		c.exec(x)
	}
	c.meet(h.TID, h.PID)
	if s, ok := e.(*event.Spawn); ok {
		c.meet(s.ChildTID, s.ChildPID)
	}
}

// exec leaves no thread of a process but one.
func (c *crowd) exec(e *event.Exec) {
	_, c.took = c.threads[e.TID]
	maps.DeleteFunc(c.threads, func(tid, pid int) bool { return pid == e.PID || tid == e.FormerTID })
	c.last = 0
}

// miss takes note of a thread that ends with e, after it was shown.
func (c *crowd) miss(e event.Event) {
	switch e := e.(type) {
	case *event.Exit:
		c.leave(e.TID)
	case *event.Detach:
		c.leave(e.TID)
	}
}

func (c *crowd) meet(tid, pid int) {
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

func (c *crowd) leave(tid int) {
	if !c.present {
		return
	}
	delete(c.threads, tid)
	c.last = 0
	c.many = len(c.threads) > 1
}
