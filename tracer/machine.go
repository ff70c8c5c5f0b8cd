package tracer

import (
	"math"

	"plait/elf"
	"plait/event"
	"plait/objects"
	"plait/ptrace"
	"plait/unwind"
)

// A machine is a stopped tracee as package callend sees it.
type machine struct {
	t  *Tracer
	tr *tracee
}

func (m *machine) Word(addr uint64) (uint64, bool) {
	v, err := m.t.readWord(m.tr, addr)
	return v, err == nil
}

func (m *machine) Register(n int) uint64 { return m.tr.regs.GPR(n) }

func (m *machine) End(i int, how event.Outcome) { m.t.endCall(m.tr, i, how) }

func (m *machine) Catches(pc uint64) bool {
	o := m.tr.space.objects.At(pc)
	return o != nil && o.File != nil && o.File.Catches()
}

func (m *machine) Space() unwind.Space {
	return &knownSpace{unwind.Cache{Memory: memory{m.t.Kernel, m.tr}}, m.tr.space}
}

// OwnStack finds the bounds of the thread's own stack. The process's first stack can grow
// down as far as the mapping below it. Below a thread's own part of a mapping are those of
// others. A thread that was attached to may have been on another stack just then.
func (m *machine) OwnStack(first uint64) (lo, hi uint64) {
	tr := m.tr
	lo, hi = 0, math.MaxUint64 // if nothing is known, all is one stack
	maps, err := m.t.Kernel.Maps(tr.tid)
	if err != nil {
		return lo, hi
	}
	at := objects.MappingAt(maps, first)
	own := uint64(0)
	if len(tr.regs.Raw) > 0 {
		own = tr.regs.ThreadPointer()
	}
	if i := objects.MappingAt(maps, own); i >= 0 && tr.tid != tr.pid && (i == at || !isFirstStack(maps, at)) {
		return maps[i].Start, own
	}
	for i := range maps {
		if tr.tid == tr.pid && isFirstStack(maps, i) {
			at = i
		}
	}
	if at < 0 {
		return lo, hi
	}
	lo, hi = maps[at].Start, maps[at].End
	if isFirstStack(maps, at) && at > 0 {
		lo = maps[at-1].End
	}
	return lo, hi
}

func isFirstStack(maps []ptrace.Mapping, at int) bool { return at >= 0 && maps[at].Path == "[stack]" }

// A knownSpace is what is known of a space without reading its mappings again.
type knownSpace struct {
	unwind.Cache
	space *space
}

// Object implements unwind.Space.
func (k *knownSpace) Object(addr uint64) (*elf.File, uint64) {
	o := k.space.objects.At(addr)
	if o == nil || o.File == nil {
		return nil, 0
	}
	return o.File.File, o.Base
}

// Executable implements unwind.Space.
func (k *knownSpace) Executable(addr uint64) bool {
	return objects.MappingAt(k.space.code, addr) >= 0
}
