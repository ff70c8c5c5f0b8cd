package tracer

import (
	"math"

	"plait/event"
	"plait/objects"
	"plait/unwind"
)

// A machine is a stopped tracee as package callend sees it.
type machine struct {
	t  *Tracer
	tr *tracee
}

func (m *machine) Word(addr uint64) (uint64, bool) {
	if r := m.tr.record; r != nil {
		return r.word(addr)
	}
	v, err := m.t.readWord(m.tr, addr)
	return v, err == nil
}

func (m *machine) Now() bool { return m.tr.record == nil }

func (m *machine) Register(n int) uint64 { return m.tr.regs.GPR(n) }

func (m *machine) End(i int, how event.Outcome) { m.t.endCall(m.tr, i, how) }

func (m *machine) Catches(pc uint64) bool {
	o := m.tr.space.objects.At(pc)
	return o != nil && o.File != nil && o.File.Catches()
}

func (m *machine) Space() unwind.Space {
	s := m.tr.space
	return &objects.KnownSpace{Cache: unwind.Cache{Memory: memory{m.t.Kernel, m.tr}}, List: s.objects, Code: s.code}
}

// OwnStack finds the bounds of the thread's own stack. A thread that was attached to may have
// been on another stack at its first call.
func (m *machine) OwnStack(first uint64) (lo, hi uint64) {
	tr := m.tr
	maps, err := m.t.Kernel.Maps(tr.tid)
	if err != nil {
		return 0, math.MaxUint64
	}
	pointer := uint64(0)
	if len(tr.regs.Raw) > 0 {
		pointer = tr.regs.ThreadPointer()
	}
	return objects.ThreadStack(maps, first, pointer, tr.tid == tr.pid)
}
