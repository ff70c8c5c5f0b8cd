package tracer

import (
	"iter"
	"math"

	"plait/callend"
	"plait/callstack"
	"plait/event"
	"plait/objects"
	"plait/ring"
	"plait/unwind"
)

// A machine is a stopped tracee as package callend sees it.
type machine struct {
	t  *Tracer
	tr *tracee
}

func (m *machine) Word(addr uint64) (uint64, bool) {
	if r := m.tr.record; r != nil {
		return r.Popped(addr)
	}
	v, err := m.t.readWord(m.tr, addr)
	return v, err == nil
}

func (m *machine) Now() bool { return m.tr.record == nil }

// StillOpen asks the records that follow, then what the thread has become since.
func (m *machine) StillOpen(f *callstack.Frame) bool {
	tr := m.tr
	if open, known := tr.space.engine.Returns(tr.tid, f.Ret, f.SP+m.t.arch.RetPop); known {
		return open
	}
	record := tr.record
	tr.record = nil
	defer func() { tr.record = record }()
	if tr.space.engine.stopped == tr {
		return !tr.calls.UnwoundAt(f, tr.regs.PC(), tr.regs.SP())
	}
	for i := tr.calls.Depth() - 1; i >= 0; i-- { // if a call around it was unwound, so was it
		g := tr.calls.At(i)
		if g.SP >= record.Word(ring.SP) {
			break
		}
		if ret, ok := m.Word(g.SP); g.SP >= f.SP && (!ok || ret != g.Ret) {
			return false
		}
	}
	return true
}

func (m *machine) Register(n int) uint64 { return m.tr.regs.GPR(n) }

func (m *machine) End(i int, how event.Outcome) { m.t.endCall(m.tr, i, how) }

func (m *machine) EndOf(owner *callend.Thread, i int, how event.Outcome) {
	m.t.endCallIn(m.tr, owner.Machine.(*machine).tr, i, how)
}

func (m *machine) Others() iter.Seq[*callend.Thread] {
	return func(yield func(*callend.Thread) bool) {
		for _, other := range m.t.tracees {
			if other != m.tr && other.space == m.tr.space && !yield(&other.calls) {
				return
			}
		}
	}
}

func (m *machine) Goroutine() uint64 { return m.tr.regs.Goroutine() }

func (m *machine) FunctionAt(pc uint64) uint64 {
	o := m.tr.space.objects.At(pc)
	if o == nil || o.File == nil {
		return 0
	}
	s, ok := o.File.Symbol(pc - o.Base)
	if !ok {
		return 0
	}
	return o.Base + s.Value
}

func (m *machine) Catches(pc uint64) bool {
	o := m.tr.space.objects.At(pc)
	return o != nil && o.File != nil && o.File.Catches()
}

func (m *machine) Space() unwind.Space {
	s := m.tr.space
	return &objects.KnownSpace{Cache: unwind.Cache{Memory: memory{m.t.Kernel, m.tr}}, List: s.objects, Code: s.code.All}
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
