package tracer

import (
	"slices"

	"plait/event"
	"plait/proto"
	"plait/syscalls"
)

// limitsOf is how much of a system call is looked at.
func (t *Tracer) limitsOf(table *syscalls.Table, nr uint64) proto.Limits {
	l := t.Limits
	if t.Abbrev != nil {
		l.Verbose = !t.Abbrev.HasIn(table, nr)
	}
	return l
}

// touches tells whether the system call that begins is on one of the files that are
// wanted. Of lists only so much was read as will be shown: if it need be, all is.
func (t *Tracer) touches(tr *tracee) bool {
	f := &tr.sysFrame
	target := func(fd int) string { return t.namer.Target(tr.tid, fd) }
	match, mayBe := t.Files.Match(f.call, target)
	if match || !mayBe {
		return match
	}
	usual := f.limits
	f.limits.Items = wholeList
	t.decodeEntry(tr, f, tr.source.SP)
	match, _ = t.Files.Match(f.call, target)
	f.limits = usual
	t.decodeEntry(tr, f, tr.source.SP)
	return match
}

// wholeList is more elements than are ever decoded.
const wholeList = 1 << 16

// shallow returns arguments with addresses in the place of structs, lists and the
// like that lie there.
func shallow(args []event.Arg, words []uint64) []event.Arg {
	args = slices.Clone(args)
	for i := range args[:min(len(args), len(words))] {
		if pointedAt(args[i].Value) {
			args[i].Value = event.Pointer{Addr: words[i]}
		}
	}
	return args
}

// pointedAt tells whether an argument is shown by what it points to, other than
// text.
func pointedAt(v event.Value) bool {
	switch v := v.(type) {
	case event.Record, *event.Record, event.List, event.Change:
		return true
	case event.Note:
		_, pointer := v.Value.(event.Pointer)
		return pointer || pointedAt(v.Value)
	}
	return false
}

// A called is a system call by its number, if known is true.
type called struct {
	table *syscalls.Table // nil: that of the thread's next call
	nr    uint64
	known bool
}

// resuming is what restart_syscall(2), made by the convention of table, has
// instead of arguments: the call that it goes on with.
func resuming(c called, table *syscalls.Table) event.Value {
	if c.table != nil {
		table = c.table
	}
	name, ok := table.Name(c.nr)
	if !c.known || !ok {
		name = "system call"
	}
	return event.Raw{Text: "<... resuming interrupted " + name + " ...>"}
}

// modes are the names of the conventions by which system calls are made.
var modes = map[string]string{"": "64 bit", "32": "32 bit", "x32": "x32"}

// noteMode says when a process begins to call by another convention.
func (t *Tracer) noteMode(tr *tracee, abi string) {
	if tr.abi == abi {
		return
	}
	tr.abi = abi
	if t.Modes && tr.shown {
		t.emit(&event.Notice{Head: t.head(tr, 0, 0), Kind: event.Mode, Text: modes[abi]})
	}
}

// nameOf is the name of a thread. Where a filter hides the calls that may change
// it, it is asked for anew each time. A thread that has ended keeps its last one.
func (t *Tracer) nameOf(tr *tracee) string {
	if tr.comm == "" || tr.filtering != unfiltered {
		if name := t.Kernel.Comm(tr.tid); name != "" {
			tr.comm = name
		}
	}
	return tr.comm
}

// renamed notes that a thread may have another name from now on.
func (t *Tracer) renamed(tr *tracee, c *event.Call) {
	const setName = 15 // PR_SET_NAME (linux/prctl.h)
	if t.Comm && c.Name == "prctl" && len(c.Words) > 0 && c.Words[0] == setName {
		tr.comm = ""
	}
}

// count counts a call that is over and lets go of everything when there have been
// enough.
func (t *Tracer) count(r *event.Return) {
	if t.CallLimit == 0 || t.leaving || r.Outcome == event.Detached || t.Counts != nil && !t.Counts(r) {
		return
	}
	if t.calls++; t.calls == t.CallLimit {
		t.Abandon = true
		t.Interrupt()
	}
}

// Limited tells whether as many calls were shown as CallLimit says.
func (t *Tracer) Limited() bool { return t.CallLimit > 0 && t.calls >= t.CallLimit }
