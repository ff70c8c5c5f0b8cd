package only

import (
	"errors"

	"plait/event"
	"plait/output/calls"
)

// A Choice chooses calls.
type Choice struct {
	Text  string                 // how messages call it: "--within main"
	Match func(*event.Call) bool // whether a call is one of them
	met   bool
}

// Options say which calls are shown: those that meet all conditions. A Choice that is nil
// is not asked for.
type Options struct {
	Calls    *Choice // only these calls
	Within   *Choice // only these calls and what happens in them
	From     *Choice // nothing before the first of these calls begins
	Until    *Choice // nothing after the first of them, from there on, has ended
	Crossing bool    // only library calls that enter the kernel, and system calls in them
	Causes   *Choice // only library calls that cause one of these system calls, and those
	Failed   bool    // only calls that report an error
}

// has reports whether c is one of the calls, and remembers that there was one.
func (o *Choice) has(c *event.Call) bool {
	match := o.Match(c)
	o.met = o.met || match
	return match
}

// Any reports whether there is a condition.
func (o Options) Any() bool {
	return o.Calls != nil || o.Within != nil || o.From != nil || o.Until != nil || o.Failed || o.inside()
}

// inside reports whether what happens in a call decides whether it is shown.
func (o Options) inside() bool { return o.Crossing || o.Causes != nil }

// A Sink is an event.Sink that passes on what Options ask for.
type Sink struct {
	to      event.Sink
	o       Options
	calls   calls.Open[frame]
	window  window
	store   store
	crowded bool // that store was full has been said
	enter   event.Enter
	leave   event.Return
	call    event.Call
}

// A window is the part of the trace that is shown.
type window uint8

const (
	before window = iota
	open
	after
)

// New returns a Sink that passes on events to another one, which it closes.
func New(to event.Sink, o Options) *Sink {
	s := &Sink{to: to, o: o}
	if o.From == nil {
		s.window = open
	}
	return s
}

// A frame is an open call that is shown, or may be yet.
type frame struct {
	state     state
	system    bool   // it is a system call
	inherited bool   // its ID in this process is not known yet
	triggered bool   // what decides has happened in it
	library   bool   // it, or a call around it, is a library call that may be shown
	dropped   int    // open calls right in it that are not shown
	id        uint64 // its ID
	begin     *begin // if held
	depth     int    // how many calls are shown, of this one and those around it
	shown     uint64 // ID of the innermost one of them, 0 if there is none
}

// A state says what has become of a call.
type state uint8

const (
	held   state = iota // whether it is shown will be decided
	shown               // its beginning was passed on
	hidden              // it is not shown, but what is in it may be
)

// Emit passes an event on, with the events that were held back for it, if it is to be
// shown. Errors are those of the sink behind.
func (s *Sink) Emit(e event.Event) error {
	switch e := e.(type) {
	case *event.Enter:
		return s.callEnter(e)
	case *event.Return:
		return s.callReturn(e)
	case *event.Signal:
		return s.signal(e, &e.Head)
	case *event.Stopped:
		return s.signal(e, &e.Head)
	}
	s.follow(e)
	return s.to.Emit(e)
}

// Close says which choices chose nothing, and closes the sink behind. Calls that are held
// back are not shown.
func (s *Sink) Close() error {
	for _, choice := range []*Choice{s.o.From, s.o.Within, s.o.Causes, s.o.Until} {
		if choice != nil && !choice.met {
			_ = s.to.Emit(&event.Notice{Text: choice.Text + ": there was no such call"})
		}
	}
	return s.to.Close()
}

func (s *Sink) callEnter(e *event.Enter) error {
	t := s.calls.Thread(e.TID)
	if !s.wanted(t, e.Call) {
		s.drop(t)
		return nil
	}
	f := s.frameOf(t, e)
	if f.state == held && f.begin == nil {
		s.drop(t)
		return s.sayFull(e)
	}
	t.Push(e.Call.ID, f)
	i := t.Len() - 1
	if f.state == shown {
		return s.show(t, i, e)
	}
	s.settle(t, i)
	if s.triggers(t, e.Call) {
		return s.trigger(t)
	}
	return nil
}

// frameOf returns the frame of a call that begins. If it is to be held and has no begin,
// there is no room for that.
func (s *Sink) frameOf(t *calls.Thread[frame], e *event.Enter) frame {
	system := e.Call.Kind == event.System
	f := frame{id: e.Call.ID, state: shown, system: system, library: !system || inLibrary(t)}
	switch {
	case isProgramCall(t, e.Call) && s.o.inside():
		f.state, f.library = hidden, false
	case s.o.inside() || s.o.Failed:
		f.state, f.begin = held, s.store.hold(e)
	}
	return f
}

// wanted reports whether a call that begins may be shown, as far as its beginning tells.
func (s *Sink) wanted(t *calls.Thread[frame], c *event.Call) bool {
	if s.o.Calls != nil && !s.o.Calls.has(c) {
		return false
	}
	if s.window == before && s.o.From.has(c) {
		s.window = open
	}
	// What is in a call that is within is within.
	return s.window == open && (s.o.Within == nil || t.Len() > 0 || s.o.Within.has(c))
}

// isProgramCall reports whether c is the call that the whole program runs in
// (Linux Standard Base, "__libc_start_main"). It causes nothing by itself.
func isProgramCall(t *calls.Thread[frame], c *event.Call) bool {
	return t.Len() == 0 && c.Kind == event.Library && c.Name == "__libc_start_main"
}

// drop counts a call that begins and is not shown.
func (s *Sink) drop(t *calls.Thread[frame]) {
	if n := t.Len(); n > 0 {
		t.At(n-1).dropped++
	}
}

// undrop counts a call that ends and was not shown.
func (s *Sink) undrop(t *calls.Thread[frame]) {
	if n := t.Len(); n > 0 && t.At(n-1).dropped > 0 {
		t.At(n-1).dropped--
	}
}

// triggers reports whether the call that has begun decides that those around it are
// shown: a system call, in a library call.
func (s *Sink) triggers(t *calls.Thread[frame], c *event.Call) bool {
	if !s.o.inside() || c.Kind != event.System || s.o.Causes != nil && !s.o.Causes.has(c) {
		return false
	}
	return t.At(t.Len() - 1).library
}

// inLibrary reports whether a thread is in a library call that may be shown.
func inLibrary(t *calls.Thread[frame]) bool { return t.Len() > 0 && t.At(t.Len()-1).library }

// trigger shows all calls of a thread that are held, unless their ends decide, too.
func (s *Sink) trigger(t *calls.Thread[frame]) error {
	first := t.Len()
	for first > 0 && t.At(first-1).state == held && !t.At(first-1).triggered {
		first--
		t.At(first).triggered = true
	}
	if s.o.Failed {
		return nil
	}
	for i := first; i < t.Len(); i++ {
		if err := s.showHeld(t, i); err != nil {
			return err
		}
	}
	return nil
}

// showHeld shows the beginning of a call that was held back.
func (s *Sink) showHeld(t *calls.Thread[frame], i int) error {
	f := t.At(i)
	b := f.begin
	f.state, f.begin = shown, nil
	err := s.show(t, i, &b.enter)
	s.store.release(b)
	return err
}

// show passes on the beginning of call i of a thread.
func (s *Sink) show(t *calls.Thread[frame], i int, e *event.Enter) error {
	if i > 0 {
		if around := t.At(i - 1); around.inherited && around.dropped == 0 && around.state == shown {
			around.id, around.shown, around.inherited = e.Call.Parent, e.Call.Parent, false
		}
	}
	depth, parent := s.around(t, i)
	s.settle(t, i)
	if depth == e.Depth && parent == e.Call.Parent {
		return s.to.Emit(e)
	}
	s.enter, s.call = *e, *e.Call
	s.enter.Depth, s.call.Parent, s.enter.Call = depth, parent, &s.call
	return s.to.Emit(&s.enter)
}

// around returns how many shown calls are around call i of a thread, and the ID of the
// innermost one, 0 if there is none.
func (s *Sink) around(t *calls.Thread[frame], i int) (depth int, parent uint64) {
	if i == 0 {
		return 0, 0
	}
	f := t.At(i - 1)
	return f.depth, f.shown
}

// settle notes what is around call i, and whether it is shown itself.
func (s *Sink) settle(t *calls.Thread[frame], i int) {
	f := t.At(i)
	if f.depth, f.shown = s.around(t, i); f.state == shown {
		f.depth, f.shown = f.depth+1, f.id
	}
}

func (s *Sink) callReturn(e *event.Return) error {
	if s.window == open && s.o.Until != nil && s.o.Until.has(e.Call) {
		s.window = after
	}
	t := s.calls.Ending(e)
	i := t.Find(e.Call)
	if i < 0 {
		s.undrop(t)
		return nil
	}
	f := *t.At(i)
	depth, parent := s.around(t, i)
	t.Delete(i, i+1)
	if f.begin != nil {
		defer s.store.release(f.begin)
	}
	switch {
	case f.state == held && s.qualifies(&f, e):
		f.begin.enter.Depth, f.begin.call.Parent = depth, parent
		return errors.Join(s.to.Emit(&f.begin.enter), s.showEnd(e, depth, parent))
	case f.state == shown:
		return s.showEnd(e, depth, parent)
	}
	return nil
}

// showEnd passes on the end of a call.
func (s *Sink) showEnd(e *event.Return, depth int, parent uint64) error {
	s.leave, s.call = *e, *e.Call
	s.leave.Depth, s.call.Parent, s.leave.Call = depth, parent, &s.call
	return s.to.Emit(&s.leave)
}

// qualifies reports whether a call whose beginning is held back is shown, now that it
// has ended.
func (s *Sink) qualifies(f *frame, e *event.Return) bool {
	return s.o.Failed && e.Status() == event.StatusFailed && (f.triggered || !s.o.inside())
}

// signal passes on a signal or a stop where calls would be shown.
func (s *Sink) signal(e event.Event, h *event.Head) error {
	t := s.calls.Thread(h.TID)
	if s.window != open || s.o.Within != nil && t.Len() == 0 {
		return nil
	}
	depth, _ := s.around(t, t.Len())
	was := h.Depth
	h.Depth = depth
	err := s.to.Emit(e)
	h.Depth = was
	return err
}

// follow lets calls go with their threads.
func (s *Sink) follow(e event.Event) {
	switch e := e.(type) {
	case *event.Exit:
		s.forget(e.TID)
	case *event.Detach:
		s.forget(e.TID)
	case *event.Exec:
		if e.FormerTID != 0 && e.FormerTID != e.TID {
			s.forget(e.TID)
		}
	}
	s.calls.Follow(e)
	if e, ok := e.(*event.Spawn); ok && e.Kind == event.Forked {
		s.inherit(s.calls.Thread(e.ChildTID))
	}
}

// inherit sees to the calls that a forked process has of its creator: the library calls
// that were shown. Those that were held back are its creator's alone, and the system call
// that made the process returns in it without an event.
func (s *Sink) inherit(t *calls.Thread[frame]) {
	for i := 0; i < t.Len(); {
		f := t.At(i)
		if f.system {
			t.Delete(i, i+1)
			continue
		}
		f.inherited = true
		if f.state == held {
			f.state, f.begin, f.library = hidden, nil, false
		}
		s.settle(t, i)
		i++
	}
}

// forget drops the calls of a thread.
func (s *Sink) forget(tid int) {
	t := s.calls.Thread(tid)
	for i := range t.Len() {
		if b := t.At(i).begin; b != nil {
			s.store.release(b)
		}
	}
	t.Delete(0, t.Len())
}
