package output

import (
	"errors"

	"plait/event"
)

// A Split is an event.Sink that gives each process or each thread a sink of its own.
// The sink of a process lasts from the process's first event until none of its
// threads is left.
type Split struct {
	open      func(id int) (event.Sink, error)
	perThread bool // each thread has a sink, not each process
	rest      event.Sink
	parts     map[int]*part
	last      *part // the part of the event before: events of one process come in bursts
	err       error // the first one
}

// A part is a process or thread that has a sink.
type part struct {
	id        int
	perThread bool       // it is a thread
	sink      event.Sink // nil: it could not be opened, and the error was returned
	last      int        // thread of the event before
	threads   map[int]bool
}

// NewSplit returns a Split that opens the sink of a process with open, and passes
// events that concern no process on to rest. The Split closes all sinks, rest
// included.
func NewSplit(open func(pid int) (event.Sink, error), rest event.Sink) *Split {
	return &Split{open: open, rest: rest, parts: map[int]*part{}}
}

// NewThreadSplit returns a Split that opens the sink of a thread with open. If
// execve(2) gives a thread another TID, its old sink gets that event, too.
func NewThreadSplit(open func(tid int) (event.Sink, error), rest event.Sink) *Split {
	return &Split{open: open, rest: rest, perThread: true, parts: map[int]*part{}}
}

// Emit passes e on to the sink of its process. If the sink cannot be opened, Emit
// returns the error once and drops the events of that process.
func (s *Split) Emit(e event.Event) error {
	h := e.Header()
	if h.PID == 0 {
		return s.rest.Emit(e)
	}
	if x, ok := e.(*event.Exit); ok && x.NewTID != 0 && s.perThread {
		return nil // its execve(2) has ended its sink
	}
	if s.perThread {
		return errors.Join(s.closeRenamed(e), s.forward(h.TID, e))
	}
	err := s.forward(h.PID, e)
	if x, ok := e.(*event.Spawn); ok && x.Kind == event.Forked && x.ChildPID != h.PID {
		err = errors.Join(err, s.startForked(x))
	}
	return err
}

// startForked opens the sink of a forked process, and makes the fork its first event.
func (s *Split) startForked(e *event.Spawn) error {
	p, err := s.part(e.ChildPID)
	if p.sink != nil {
		err = p.sink.Emit(e)
	}
	p.threads[e.ChildTID] = true
	return err
}

func (s *Split) forward(id int, e event.Event) error {
	p, err := s.part(id)
	if p.sink != nil {
		err = p.sink.Emit(e)
	}
	if p.follow(e) {
		return err
	}
	return errors.Join(err, s.closePart(p))
}

// closeRenamed closes the sink of a thread that goes on under another TID.
func (s *Split) closeRenamed(e event.Event) error {
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
	return errors.Join(err, s.closePart(p))
}

func (s *Split) part(id int) (*part, error) {
	if s.last != nil && s.last.id == id {
		return s.last, nil
	}
	var err error
	p := s.parts[id]
	if p == nil {
		p = &part{id: id, perThread: s.perThread, threads: map[int]bool{}}
		if p.sink, err = s.open(id); err != nil {
			p.sink = nil
			s.keepError(err)
		}
		s.parts[id] = p
	}
	s.last = p
	return p, err
}

// follow keeps track of a part's threads. It reports false if none is left.
func (p *part) follow(e event.Event) bool {
	if tid := e.Header().TID; tid != p.last {
		p.last = tid
		p.threads[tid] = true
	}
	switch e := e.(type) {
	case *event.Spawn:
		if e.Kind == event.Threaded && !p.perThread {
			p.threads[e.ChildTID] = true
		}
	case *event.Exec:
		clear(p.threads) // execve(2) ends all other threads
		p.threads[e.TID] = true
	case *event.Detach:
		p.remove(e.TID)
	case *event.Exit:
		p.remove(e.TID)
		return !e.Process && len(p.threads) > 0
	}
	return len(p.threads) > 0
}

func (p *part) remove(tid int) {
	delete(p.threads, tid)
	p.last = 0
}

// closePart closes the sink of a process or thread.
func (s *Split) closePart(p *part) error {
	delete(s.parts, p.id)
	s.last = nil
	if p.sink == nil {
		return nil
	}
	err := p.sink.Close()
	s.keepError(err)
	return err
}

func (s *Split) keepError(err error) {
	if s.err == nil {
		s.err = err
	}
}

// Close closes all sinks. Its error is the first error of closing any of them, or of
// opening one.
func (s *Split) Close() error {
	for _, p := range s.parts {
		_ = s.closePart(p) // in s.err
	}
	s.keepError(s.rest.Close())
	return s.err
}
