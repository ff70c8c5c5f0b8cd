package text

import "plait/event"

// A crowd tells whether there is more than one thread.
type crowd struct {
	separate bool // new processes do not count: theirs is another Printer
	present  bool // threads that have ended do not count
	last     int  // thread of the event before: events of one thread come in bursts
	threads  map[int]bool
	many     bool
	took     bool // of an Exec: the thread whose number was taken over had been seen
}

// see takes note of the threads that e speaks of, before it is shown.
func (c *crowd) see(e event.Event) {
	if c.many && !c.present {
		return
	}
	if x, ok := e.(*event.Exec); ok && x.FormerTID != 0 && x.FormerTID != x.TID {
		c.took = c.threads[x.TID]
		c.leave(x.FormerTID)
	}
	c.meet(e.Header().TID)
	if s, ok := e.(*event.Spawn); ok && !(c.separate && s.Kind == event.Forked) {
		c.meet(s.ChildTID)
	}
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

func (c *crowd) meet(tid int) {
	if tid == 0 || tid == c.last {
		return
	}
	if c.threads == nil {
		c.threads = map[int]bool{}
	}
	c.last = tid
	c.threads[tid] = true
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
