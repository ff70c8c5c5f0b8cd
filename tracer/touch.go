package tracer

import (
	"slices"

	"plait/event"
	"plait/ptrace"
	"plait/syscalls"
)

// Classes of calls that can be on a file or a descriptor.
const onFiles = syscalls.File | syscalls.Desc | syscalls.Network

// touching reports whether only calls on some files are wanted.
func (t *Tracer) touching() bool { return len(t.Paths) > 0 || t.FDs != nil }

// touched tells whether a call, at its beginning, is on one of the files or
// descriptors that are wanted: names count as they are passed, descriptors by
// what they stand for.
func (t *Tracer) touched(tr *tracee, c *event.Call) bool {
	if c.Class&onFiles == 0 {
		return false
	}
	return t.names(tr, c) || cut(c) && t.namesFar(tr)
}

// namesFar is names with whole lists, of which else only so much is read as will
// be shown.
func (t *Tracer) namesFar(tr *tracee) bool {
	f := &tr.sysFrame
	usual := f.limits
	f.limits.Items = wholeList
	t.decodeEntry(tr, f, tr.source.SP)
	found := t.names(tr, f.call)
	f.limits = usual
	t.decodeEntry(tr, f, tr.source.SP)
	return found
}

// wholeList is more elements than are ever decoded.
const wholeList = 1 << 16

// cut tells whether a list among the arguments was not read to its end.
func cut(c *event.Call) bool {
	return slices.ContainsFunc(c.Args, func(a event.Arg) bool {
		v := a.Value
		if change, ok := v.(event.Change); ok {
			v = change.Before
		}
		l, ok := v.(event.List)
		return ok && l.Cut
	})
}

// names tells whether a wanted file or descriptor is among a call's arguments.
func (t *Tracer) names(tr *tracee, c *event.Call) bool {
	for i, a := range c.Args {
		if i == 0 && (c.Name == "symlink" || c.Name == "symlinkat") {
			continue // what the link says, which need not be a file
		}
		if s, ok := a.Value.(event.Str); ok {
			if s.Path && !s.Cut && slices.Contains(t.Paths, s.Text) {
				return true
			}
		} else if t.holds(tr, a.Value) {
			return true
		}
	}
	return false
}

// holds tells whether a wanted descriptor is in a value.
func (t *Tracer) holds(tr *tracee, v event.Value) bool {
	switch v := v.(type) {
	case event.FD:
		return !v.Cwd && t.wanted(tr, v.Num)
	case event.Change:
		return t.holds(tr, v.Before)
	case event.Note:
		return t.holds(tr, v.Value)
	case event.List:
		return slices.ContainsFunc(v.Items, func(x event.Value) bool { return t.holds(tr, x) })
	case event.Record:
		return slices.ContainsFunc(v.Fields, func(f event.Field) bool { return t.holds(tr, f.Value) })
	}
	return false
}

func (t *Tracer) wanted(tr *tracee, fd int) bool {
	if t.FDs.Has(fd) {
		return true
	}
	if len(t.Paths) == 0 {
		return false
	}
	f, err := t.Kernel.File(tr.tid, fd, ptrace.Wants{})
	return err == nil && slices.Contains(t.Paths, f.Target)
}
