package only

import (
	"fmt"

	"plait/event"
	"plait/output/calls"
)

// A Startup is an event.Sink that passes on everything but the system calls by which the
// dynamic loader starts programs. One notice stands for those of each program.
type Startup struct {
	to        event.Sink
	processes map[int]*startup
}

// A startup is that of a process.
type startup struct {
	folded int    // calls
	call   uint64 // ID of the one that is open
	over   bool   // something else has happened
}

// NewStartup returns a Startup that passes on events to another sink, which it closes.
// Events need event.Call.From of system calls.
func NewStartup(to event.Sink) *Startup {
	return &Startup{to: to, processes: map[int]*startup{}}
}

// Close closes the sink behind.
func (s *Startup) Close() error { return s.to.Close() }

// Emit passes on events. Errors are those of the sink behind.
func (s *Startup) Emit(e event.Event) error {
	h := e.Header()
	p := s.processes[h.PID]
	switch e := e.(type) {
	case *event.Spawn:
		s.processes[e.ChildPID] = &startup{over: e.Kind != event.Launched}
	case *event.Exec:
		defer func() { s.processes[e.PID] = &startup{} }()
	case *event.Enter:
		if p != nil && p.folds(e) {
			return nil
		}
		return s.pass(p, e)
	case *event.Return:
		if p != nil && p.call != 0 && p.call == e.Call.ID {
			p.call = 0
			return nil
		}
	case *event.Exit:
		if e.Process {
			delete(s.processes, e.PID)
		}
		return s.pass(p, e)
	case *event.Signal, *event.Stopped, *event.Detach:
		return s.pass(p, e)
	}
	return s.to.Emit(e)
}

// folds reports whether a call is one of the loader's at the start of a program.
func (p *startup) folds(e *event.Enter) bool {
	if p.over || e.Call.Kind != event.System || e.Depth != 0 || !calls.IsLoader(e.Call.From) {
		return false
	}
	p.folded++
	p.call = e.Call.ID
	return true
}

// pass passes on an event that ends a process's startup, if it is not over.
func (s *Startup) pass(p *startup, e event.Event) error {
	if p != nil && !p.over {
		p.over = true
		if p.folded > 0 {
			if err := s.to.Emit(&event.Notice{Head: *e.Header(), Kind: event.Folded, Text: p.text()}); err != nil {
				return err
			}
		}
	}
	return s.to.Emit(e)
}

func (p *startup) text() string {
	what := "system calls; --startup shows them"
	if p.folded == 1 {
		what = "system call; --startup shows it"
	}
	return fmt.Sprintf("ld.so: %d %s", p.folded, what)
}
