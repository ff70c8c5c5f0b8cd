package only

import (
	"fmt"
	"slices"

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
	store  store
	enter  *begin // of a call that the loader may have made by way of libc; nil: there is none
	leave  *event.Return
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
		if p != nil && p.takes(e) {
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

// folds reports whether a call is one of the loader's at the start of a program, or may be.
func (p *startup) folds(e *event.Enter) bool {
	if p.over || e.Call.Kind != event.System || e.Depth != 0 {
		return false
	}
	switch {
	case calls.IsLoader(e.Call.From):
		if p.enter != nil { // libc's call is in the middle of the loader's: the loader has called libc
			p.folded++
			p.drop()
		}
		p.folded++
	case p.folded > 0 && p.enter == nil && e.Call.Name == initCall:
		p.enter = p.store.hold(e)
		return p.enter != nil
	default:
		return false
	}
	p.call = e.Call.ID
	return true
}

// initCall is the system call that glibc makes when the loader initializes it, to learn how
// large stacks are. It never waits, so it can be held back until the next call tells
// whether the loader is at work still.
const initCall = "prlimit64"

// takes reports whether the end of a call is not shown, or not yet.
func (p *startup) takes(e *event.Return) bool {
	switch {
	case p.call != 0 && p.call == e.Call.ID:
		p.call = 0
		return true
	case p.enter != nil && p.enter.call.ID == e.Call.ID:
		leave, call := *e, *e.Call
		call.Args = slices.Clone(call.Args)
		leave.Call = &call
		p.leave = &leave
		return true
	}
	return false
}

// drop forgets what is held back.
func (p *startup) drop() {
	p.store.release(p.enter)
	p.enter, p.leave = nil, nil
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
		if err := s.show(p); err != nil {
			return err
		}
	}
	return s.to.Emit(e)
}

// show passes on what is held back.
func (s *Startup) show(p *startup) error {
	if p.enter == nil {
		return nil
	}
	defer p.drop()
	if err := s.to.Emit(&p.enter.enter); err != nil || p.leave == nil {
		return err
	}
	return s.to.Emit(p.leave)
}

func (p *startup) text() string {
	what := "system calls; --startup shows them"
	if p.folded == 1 {
		what = "system call; --startup shows it"
	}
	return fmt.Sprintf("ld.so: %d %s", p.folded, what)
}
