package output

import (
	"errors"

	"plait/event"
)

// A Split is an event.Sink that gives each process a sink of its own, from its
// first event until none of its threads is left, or each thread.
type Split struct {
	open  func(id int) (event.Sink, error)
	each  bool // thread
	rest  event.Sink
	parts map[int]*part
	last  *part // of the event before: events of one process come in bursts
	err   error // the first one
}

// A part is a process or thread that has a sink.
type part struct {
	id      int
	each    bool       // it is a thread
	sink    event.Sink // nil: it could not be opened, which was told
	last    int        // thread of the event before
	threads map[int]bool
}

// NewSplit returns a Split that makes the sink of a process with open, and passes
// what concerns no process on to rest. The Split closes the sinks, rest too.
func NewSplit(open func(pid int) (event.Sink, error), rest event.Sink) *Split {
	return &Split{open: open, rest: rest, parts: map[int]*part{}}
}

// NewThreadSplit returns a Split that makes the sink of a thread with open. A
// thread whose execve(2) gives it the number of another learns of that in its old
// sink, too.
func NewThreadSplit(open func(tid int) (event.Sink, error), rest event.Sink) *Split {
	return &Split{open: open, rest: rest, each: true, parts: map[int]*part{}}
}

// Emit passes e on to the sink of its process. If that could not be opened, the
// process has none; the error is returned once.
func (s *Split) Emit(e event.Event) error {
	h := e.Header()
	if h.PID == 0 {
		return s.rest.Emit(e)
	}
	if x, ok := e.(*event.Exit); ok && x.NewTID != 0 && s.each {
		return nil // its execve(2) has ended its sink
	}
	if s.each {
		return errors.Join(s.moved(e), s.pass(h.TID, e))
	}
	err := s.pass(h.PID, e)
	if x, ok := e.(*event.Spawn); ok && x.Kind == event.Forked && x.ChildPID != h.PID {
		err = errors.Join(err, s.born(x))
	}
	return err
}

// born begins the sink of a process with its birth.
func (s *Split) born(e *event.Spawn) error {
	p, err := s.part(e.ChildPID)
	if p.sink != nil {
		err = p.sink.Emit(e)
	}
	p.threads[e.ChildTID] = true
	return err
}

func (s *Split) pass(id int, e event.Event) error {
	p, err := s.part(id)
	if p.sink != nil {
		err = p.sink.Emit(e)
	}
	if p.follow(e) {
		return err
	}
	return errors.Join(err, s.end(p))
}

// moved ends the sink of a thread that goes on under another number.
func (s *Split) moved(e event.Event) error {
	x, ok := e.(*event.Exec)
	if !ok || x.FormerTID == x.TID {
		return nil
	}
	p := s.parts[x.FormerTID]
	if p == nil {
		return nil
	}
	var err error
	if p.sink != nil {
		err = p.sink.Emit(e)
	}
	return errors.Join(err, s.end(p))
}

func (s *Split) part(id int) (*part, error) {
	if s.last != nil && s.last.id == id {
		return s.last, nil
	}
	var err error
	p := s.parts[id]
	if p == nil {
		p = &part{id: id, each: s.each, threads: map[int]bool{}}
		if p.sink, err = s.open(id); err != nil {
			p.sink = nil
			s.note(err)
		}
		s.parts[id] = p
	}
	s.last = p
	return p, err
}

// follow keeps account of the threads of a process. It reports false if none is
// left.
func (p *part) follow(e event.Event) bool {
	if tid := e.Header().TID; tid != p.last {
		p.last = tid
		p.threads[tid] = true
	}
	switch e := e.(type) {
	case *event.Spawn:
		if e.Kind == event.Threaded && !p.each {
			p.threads[e.ChildTID] = true
		}
	case *event.Exec:
		clear(p.threads) // all but the one that goes on are gone
		p.threads[e.TID] = true
	case *event.Detach:
		p.forget(e.TID)
	case *event.Exit:
		p.forget(e.TID)
		return !e.Process && len(p.threads) > 0
	}
	return len(p.threads) > 0
}

func (p *part) forget(tid int) {
	delete(p.threads, tid)
	p.last = 0
}

// end closes the sink of a process or thread.
func (s *Split) end(p *part) error {
	delete(s.parts, p.id)
	s.last = nil
	if p.sink == nil {
		return nil
	}
	err := p.sink.Close()
	s.note(err)
	return err
}

func (s *Split) note(err error) {
	if s.err == nil {
		s.err = err
	}
}

// Close closes all sinks. Its error is the first of any process.
func (s *Split) Close() error {
	for _, p := range s.parts {
		_ = s.end(p) // in s.err
	}
	s.note(s.rest.Close())
	return s.err
}
