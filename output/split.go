package output

import (
	"errors"

	"plait/event"
)

// A Split is an event.Sink that gives each process a sink of its own, from its
// first event until none of its threads is left.
type Split struct {
	open  func(pid int) (event.Sink, error)
	rest  event.Sink
	parts map[int]*part
	last  *part // of the event before: events of one process come in bursts
	err   error // the first one
}

// A part is a process that has a sink.
type part struct {
	pid     int
	sink    event.Sink // nil: it could not be opened, which was told
	last    int        // thread of the event before
	threads map[int]bool
}

// NewSplit returns a Split that makes the sink of a process with open, and passes
// what concerns no process on to rest. The Split closes the sinks, rest too.
func NewSplit(open func(pid int) (event.Sink, error), rest event.Sink) *Split {
	return &Split{open: open, rest: rest, parts: map[int]*part{}}
}

// Emit passes e on to the sink of its process. If that could not be opened, the
// process has none; the error is returned once.
func (s *Split) Emit(e event.Event) error {
	h := e.Header()
	if h.PID == 0 {
		return s.rest.Emit(e)
	}
	p, err := s.part(h.PID)
	if p.sink != nil {
		err = p.sink.Emit(e)
	}
	if p.follow(e) {
		return err
	}
	return errors.Join(err, s.end(p))
}

func (s *Split) part(pid int) (*part, error) {
	if s.last != nil && s.last.pid == pid {
		return s.last, nil
	}
	var err error
	p := s.parts[pid]
	if p == nil {
		p = &part{pid: pid, threads: map[int]bool{}}
		if p.sink, err = s.open(pid); err != nil {
			p.sink = nil
			s.note(err)
		}
		s.parts[pid] = p
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
		if e.Kind == event.Threaded {
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

// end closes the sink of a process.
func (s *Split) end(p *part) error {
	delete(s.parts, p.pid)
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
