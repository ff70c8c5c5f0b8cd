package tracer

import (
	"plait/event"
	"plait/objects"
	"plait/proto/decode"
	"plait/ptrace"
	"plait/syscalls"
)

// limitsOf is how much of a system call's data is decoded.
func (t *Tracer) limitsOf(table *syscalls.Table, nr uint64) decode.Limits {
	l := t.Limits
	if t.Abbrev != nil {
		l.Verbose = !t.Abbrev.HasIn(table, nr)
	}
	return l
}

// onWantedFile tells whether the system call that begins is on one of the wanted files.
// Lists are decoded only as far as they are shown; if that leaves it open, they are
// decoded whole.
func (t *Tracer) onWantedFile(tr *tracee) bool {
	f := &tr.sysFrame
	target := func(fd int) string { return t.namer.Target(tr.tid, fd) }
	match, mayBe := t.Files.Match(f.Call, target)
	if match || !mayBe {
		return match
	}
	usual := f.limits
	f.limits.Items = allItems
	t.decodeEntry(tr, f, tr.source.SP)
	match, _ = t.Files.Match(f.Call, target)
	f.limits = usual
	t.decodeEntry(tr, f, tr.source.SP)
	return match
}

// allItems is more list elements than are ever decoded.
const allItems = 1 << 16

// A syscallNumber is the number of a system call, valid if known is true.
type syscallNumber struct {
	table *syscalls.Table // nil: that of the thread's next call
	nr    uint64
	known bool
}

// resuming is what restart_syscall(2), called by the convention of table, shows instead
// of arguments: the call that it resumes.
func resuming(c syscallNumber, table *syscalls.Table) event.Value {
	if c.table != nil {
		table = c.table
	}
	name, ok := table.Name(c.nr)
	if !c.known || !ok {
		name = "system call"
	}
	return event.Verbatim{Text: "<... resuming interrupted " + name + " ...>"}
}

// modes are the names of the calling conventions of system calls.
var modes = map[string]string{"": "64 bit", "32": "32 bit", "x32": "x32"}

// noteMode reports when a process begins to use another calling convention.
func (t *Tracer) noteMode(tr *tracee, abi string) {
	if tr.abi == abi {
		return
	}
	tr.abi = abi
	if t.Modes && tr.shown {
		t.emit(&event.Notice{Head: t.head(tr, 0, 0), Kind: event.ModeChanged, Text: modes[abi]})
	}
}

// nameOf is the name of a thread. If a filter hides the calls that may change it, the
// name is read each time. A thread that has ended keeps its last one.
func (t *Tracer) nameOf(tr *tracee) string {
	if tr.comm == "" || tr.filtering != unfiltered {
		if name := t.Kernel.Comm(tr.tid); name != "" {
			tr.comm = name
		}
	}
	return tr.comm
}

// renamed notes that a thread may have been given another name.
func (t *Tracer) renamed(tr *tracee, c *event.Call) {
	const setName = 15 // PR_SET_NAME (linux/prctl.h)
	if t.Comm && c.Name == "prctl" && len(c.Words) > 0 && c.Words[0] == setName {
		tr.comm = ""
	}
}

// count counts a call that has ended, and detaches from everything at the limit.
func (t *Tracer) count(r *event.Return) {
	if t.CallLimit == 0 || t.detaching || r.Outcome == event.Detached || t.Counts != nil && !t.Counts(r) {
		return
	}
	if t.calls++; t.calls == t.CallLimit {
		t.DetachLaunched = true
		t.Interrupt()
	}
}

// Limited tells whether as many calls were shown as CallLimit allows.
func (t *Tracer) Limited() bool { return t.CallLimit > 0 && t.calls >= t.CallLimit }

// place says what is at an address: a function, the stack, the heap, or a mapped file.
func (t *Tracer) place(tr *tracee, addr uint64) decode.Place {
	if name := tr.space.objects.Symbol(addr); name != "" {
		return decode.Place{Symbol: name, Mapped: true}
	}
	m, ok := tr.space.maps.At(addr)
	if !ok {
		// Most words are not addresses. Finding that out costs less than reading the mappings.
		if _, err := t.readWord(tr, addr&^7); err != nil {
			return decode.Place{}
		}
		if m, ok = t.mappingAt(tr, addr); !ok {
			return decode.Place{}
		}
	}
	return decode.Place{Region: objects.Region(m.Path), Mapped: true}
}

// mappingAt is the mapping that contains addr.
func (t *Tracer) mappingAt(tr *tracee, addr uint64) (m ptrace.Mapping, ok bool) {
	m, ok, _ = tr.space.maps.Find(addr, func() ([]ptrace.Mapping, error) { return t.Kernel.Maps(tr.tid) })
	return m, ok
}

// origin is the base name of the object whose code made a system call that returns to
// ip; "" for code that is in no file.
func (t *Tracer) origin(tr *tracee, ip uint64) string {
	at := ip - 1 // within the instruction
	if m, ok := tr.space.maps.At(at); ok && !m.Exec {
		tr.space.maps.Forget()
	}
	m, _ := t.mappingAt(tr, at)
	return objects.Region(m.Path)
}
