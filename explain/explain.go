package explain

import (
	"slices"

	"plait/event"
	"plait/output/calls"
	"plait/output/text"
	"plait/proto"
)

// Options say what is known beside the events.
type Options struct {
	Database *proto.Database
	Kernel   bool         // all system calls are among the events
	Writes   bool         // those by which stdio writes are
	Look     text.Options // how values look

	// Traced reports whether the calls of a function of libc are among the events that the
	// program itself makes. If it is nil, they all are.
	Traced func(function string) bool

	// Kind says what a descriptor of a process stands for that is stopped now: "a pipe", ""
	// if that is not known. Label returns a value of a call of such a process as the trace
	// shows it. They may be nil.
	Kind  func(pid, fd int) string
	Label func(pid int, c *event.Call, v event.Value) event.Value

	// Judge, if it is not nil, is told of each end of a call whether a sentence about that
	// very function explains it.
	Judge func(r *event.Return, own bool)
}

// A Sink is an event.Sink that passes on events, with explanations.
type Sink struct {
	to        event.Sink
	o         Options
	calls     calls.Open[frame]
	processes map[int]*process
	sentences map[function]*proto.Explanation
	leave     event.Return // the event that is passed on

	seesWrite, seesModes bool // what Traced says of write(2) and setvbuf(3)
}

// A frame is an open call.
type frame struct {
	function
	syscalls int // system calls in it so far
	made     made
	opened   int // the last descriptor that was opened in it, plus 1

	direct  bool // it is about a descriptor, so what it writes is not stdio's
	writes  bool // it writes to a stream of stdio
	stream  streamKey
	flushes int    // of the stream, as it began
	wrote   uint64 // bytes of its own that were written in it
	inner   uint64 // bytes that calls in it have accounted for
}

// made has the names of system calls, the first few that there are.
type made []string

const maxMade = 16

func (m *made) add(name string) {
	if len(*m) < maxMade && !slices.Contains(*m, name) {
		*m = append(slices.Clip(*m), name) // a forked process has a copy of the frame
	}
}

func (m made) has(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(m, name) })
}

// makes notes that a system call was made in f.
func (f *frame) makes(name string) {
	f.syscalls++
	f.made.add(name)
}

// A function is what sentences are looked up by.
type function struct {
	system       bool
	object, name string
}

func functionOf(c *event.Call) function {
	return function{c.Kind == event.System, c.Object, c.Name}
}

// New returns a Sink that passes on events to another one, which it closes.
func New(to event.Sink, o Options) *Sink {
	traced := func(name string) bool { return o.Traced == nil || o.Traced(name) }
	return &Sink{
		to: to, o: o, processes: map[int]*process{}, sentences: map[function]*proto.Explanation{},
		seesWrite: traced("write"), seesModes: traced("setvbuf"),
	}
}

// Close closes the sink behind.
func (s *Sink) Close() error { return s.to.Close() }

// Emit explains the end of a call. Errors are those of the sink behind.
func (s *Sink) Emit(e event.Event) error {
	switch e := e.(type) {
	case *event.Enter:
		s.enter(e)
	case *event.Return:
		s.leave = *e
		s.leave.Explanation = s.ended(e)
		return s.to.Emit(&s.leave)
	}
	s.calls.Follow(e)
	s.follow(e)
	return s.to.Emit(e)
}

// enter counts a system call in the call around it.
func (s *Sink) enter(e *event.Enter) {
	t := s.calls.Thread(e.TID)
	if n := t.Len(); n > 0 && e.Call.Kind == event.System {
		t.At(n - 1).makes(e.Call.Name)
	}
	f := frame{function: functionOf(e.Call)}
	f.begins(s, s.process(e.PID), e.Call)
	t.Push(e.Call.ID, f)
}

// ended explains a call that has ended, and remembers what it changed.
func (s *Sink) ended(e *event.Return) event.Explanation {
	t := s.calls.Ending(e)
	f, seen := t.TakeAll(e.Call)
	if n := t.Len(); n > 0 {
		t.At(n-1).took(&f, e)
	}
	p := s.process(e.PID)
	x := subject{s: s, e: e, t: t, frame: f, whole: seen && e.Call.Origin == 0, process: p, about: s.about(e.Call)}
	x.more = x.buffered()
	var why event.Explanation
	if e.Call.Origin == 0 || e.Outcome == event.Returned { // else the parent's explanation serves
		why = x.judged()
	}
	if s.o.Kernel {
		p.update(e)
	}
	return why
}

// judged explains the call, and tells the judge.
func (x *subject) judged() event.Explanation {
	why, own := x.explanation()
	if x.s.o.Judge != nil {
		x.s.o.Judge(x.e, own)
	}
	return why
}

// took notes what happened in a call that has ended inside f.
func (f *frame) took(inner *frame, e *event.Return) {
	f.syscalls += inner.syscalls
	for _, name := range inner.made {
		f.made.add(name)
	}
	if fd, ok := settled(e.Result).(event.FD); ok && inner.system && !e.Call.Failed {
		f.opened = fd.Num + 1
	} else if inner.opened > 0 {
		f.opened = inner.opened
	}
}

// maxKnown bounds how many functions are remembered.
const maxKnown = 1 << 14

// about returns the sentences about a function, or nil.
func (s *Sink) about(c *event.Call) *proto.Explanation {
	f := functionOf(c)
	x, known := s.sentences[f]
	if known {
		return x
	}
	if len(s.sentences) >= maxKnown {
		clear(s.sentences)
	}
	if f.system {
		x = s.o.Database.ExplainSystem(f.name)
	} else {
		x = s.o.Database.Explain(f.object, f.name)
	}
	s.sentences[f] = x
	return x
}
