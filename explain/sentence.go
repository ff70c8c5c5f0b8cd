package explain

import (
	"strings"

	"plait/event"
	"plait/output/calls"
	"plait/output/text"
	"plait/proto"
	"plait/proto/decode"
	"plait/proto/syntax"
)

// A subject is the call that is to be explained.
type subject struct {
	s       *Sink
	e       *event.Return
	t       *calls.Thread[frame] // the calls around it
	frame   frame
	whole   bool // its begin was seen, so frame has all that happened in it
	process *process
	about   *proto.Explanation // nil: there are no sentences
	more    string             // what else there is to say, about stdio
}

// explanation explains the call, and reports whether a sentence about its function does.
func (x *subject) explanation() (event.Explanation, bool) {
	if x.about != nil {
		if text, ok := x.sentence(); ok {
			return event.Explanation{Text: joined(joined(text, x.more), x.computed()), Manual: x.manual()}, true
		}
	}
	return event.Explanation{Text: x.kind(), Manual: x.manual()}, false
}

// computed says, of the first call of a function in a process, that it computes and has not
// asked the kernel.
func (x *subject) computed() string {
	told := x.process.told
	if !x.about.Pure || !x.succeeded() || !x.whole || !x.s.o.Kernel || x.frame.syscalls > 0 || told[x.frame.name] || len(told) >= maxKnown {
		return ""
	}
	told[x.frame.name] = true
	return "done in the process itself, without a system call"
}

// manual returns the page of the manual: the one that is written with the sentences, or
// that of a system call.
func (x *subject) manual() string {
	switch {
	case x.about == nil:
		return ""
	case x.about.Manual == "" && x.frame.system:
		return x.e.Call.Name + "(2)"
	}
	return x.about.Manual
}

// sentence returns the first sentence that is true of the call. A call that has failed, and
// of whose failure no sentence tells, did at least try what another says.
func (x *subject) sentence() (string, bool) {
	tried, attempted := "", false
	for _, s := range x.about.Sentences {
		if !x.holds(s.Cond) {
			continue
		}
		action, ok := x.rendered(s.Action)
		if !ok {
			continue
		}
		if x.succeeded() || tellsFailure(s.Cond) {
			if result, ok := x.rendered(s.Result); ok {
				return joined(action, result), true
			}
			continue
		}
		if !attempted {
			tried, attempted = joined(action, x.ending()), true
		}
	}
	return tried, attempted
}

// joined puts what a call did and what came of it together.
func joined(action, result string) string {
	result = strings.TrimSpace(result)
	if result == "" {
		return action
	}
	if action = strings.TrimSpace(action); strings.HasSuffix(action, "?") {
		return action + " " + result
	}
	return action + "; " + result
}

// succeeded reports whether the call has returned without an error.
func (x *subject) succeeded() bool { return x.e.Outcome == event.Returned && !x.e.Call.Failed }

// tellsFailure reports whether a condition is about failures.
func tellsFailure(cond *syntax.Expr) (tells bool) {
	cond.Each(func(e *syntax.Expr) { tells = tells || e.Op == syntax.OpFails })
	return tells
}

// ending says how a call ended that did not return with a result.
func (x *subject) ending() string {
	if x.e.Outcome != event.Returned {
		return ""
	}
	e := x.errno()
	switch {
	case e.Restart:
		return "a signal interrupts it"
	case e.Text != "" && e.Name != "":
		return "fails: " + e.Text + " (" + e.Name + ")"
	case e.Name != "":
		return "fails: " + e.Name
	}
	return "fails"
}

// errno returns the error of a failed call, as far as it is known.
func (x *subject) errno() event.Errno {
	v := x.e.Result
	if note, ok := v.(event.Note); ok {
		v = note.Value
	}
	if e, ok := v.(event.Errno); ok {
		return e
	}
	return x.e.Errno
}

// rendered writes a sentence. It returns false if a value in it is not known.
func (x *subject) rendered(parts []syntax.Part) (string, bool) {
	var b strings.Builder
	for _, p := range parts {
		if p.Slot == nil {
			b.WriteString(p.Text)
			continue
		}
		text, ok := x.slot(p)
		if !ok {
			return "", false
		}
		b.WriteString(text)
	}
	return b.String(), true
}

// kind explains a call of whose function no sentence tells, by its prototype; "" if none is
// known.
func (x *subject) kind() string {
	if x.e.Call.Guess {
		return ""
	}
	deed := x.deed()
	if deed == "" || !x.e.Call.Failed {
		return deed
	}
	return joined(deed, x.ending())
}

// deed says what a call is about: a file, a descriptor, a block of memory, or else whose
// function it is.
func (x *subject) deed() string {
	c := x.e.Call
	for _, isSubject := range []func(event.Value) bool{isPath, isDescriptor} {
		for _, a := range c.Args {
			if isSubject(a.Value) && x.frame.system {
				return "kernel: work on " + x.text(a.Value)
			} else if isSubject(a.Value) {
				return "work on " + x.text(a.Value)
			}
		}
	}
	switch p := x.prototype(); {
	case x.frame.system:
		return ""
	case p != nil && p.Heap != nil && p.Heap.Frees == nil:
		return "reserve memory"
	case p != nil && p.Heap != nil && p.Heap.Size == nil && p.Heap.Block == nil:
		return "give memory back"
	case c.Main:
		return "a function of the program itself"
	case c.Object != "":
		return "a function of " + text.Escaped(c.Object, x.s.o.Look)
	}
	return ""
}

// prototype returns the prototype of a library function, nil if there is none.
func (x *subject) prototype() *decode.Prototype {
	if x.frame.system {
		return nil
	}
	return x.s.o.Database.Lookup(x.e.Call.Object, x.e.Call.Name)
}

func isPath(v event.Value) bool {
	s, ok := v.(event.Str)
	return ok && s.Path && s.Text != ""
}

func isDescriptor(v event.Value) bool {
	fd, ok := v.(event.FD)
	return ok && fd.Num >= 0
}
