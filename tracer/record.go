package tracer

import (
	"plait/callstack"
	"plait/inproc"
	"plait/proto/decode"
	"plait/ring"
)

// A recorded is the record that events are being made of. What a stop would tell of the
// thread comes from the record: the thread has gone on since.
type recorded struct {
	*inproc.Record
	notes decode.Notes
}

// A queue has the records that wait. Where a thread has left calls that did not return, it has
// changed its stack, or they were unwound. What it did next may tell, and else where it stops
// next.
type queue struct {
	inproc.Queue
	rounds  int     // how often they were looked at in vain
	stopped *tracee // whose registers are known and whose records are all there; nil: nobody's
}

// Bounds of a queue. The thread may not stop for long, and its records are wanted before.
const (
	maxRounds  = 5
	maxWaiting = 1 << 16
)

// read makes events of a record, or queues it.
func (t *Tracer) read(r *inproc.Record) {
	tr := t.tracees[r.TID]
	if tr == nil || tr.space.engine == nil {
		return
	}
	if q := &tr.space.engine.queue; q.Len() > 0 || tr.leavesCalls(r) {
		q.Add(r)
		return
	}
	t.record(tr, r)
}

// leavesCalls tells whether a thread has left its innermost call when a record was made,
// without a return.
func (tr *tracee) leavesCalls(r *inproc.Record) bool {
	n := tr.calls.Depth()
	if n == 0 {
		return false
	}
	f, sp := tr.calls.At(n-1), r.Word(ring.SP)
	return f.SP < sp && !(r.Kind == ring.Returned && f.Ret == r.Addr && f.SP == sp-8)
}

// readQueue makes events of the records that wait: of those of the stopped thread, and of all
// if nothing more can be known about their threads. Else a record whose time has come
// waits for those before it.
func (t *Tracer) readQueue(e *engine, all bool) {
	q := &e.queue
	q.rounds++
	all = all || q.rounds > maxRounds || q.Len() > maxWaiting
	waits := false
	q.Each(func(r *inproc.Record) bool {
		tr := t.tracees[r.TID]
		if !all && tr != nil && tr != q.stopped {
			waits = waits || tr.leavesCalls(r)
			return !waits && t.record(tr, r)
		}
		return tr == nil || t.record(tr, r)
	})
	if q.Len() == 0 {
		q.rounds = 0
	}
}

// record makes events of a record. It returns true.
func (t *Tracer) record(tr *tracee, r *inproc.Record) bool {
	t.now = t.clock.TimeOf(r.Word(ring.At))
	now := tr.source.Memory
	tr.record = &tr.recorded
	tr.record.Record, tr.record.notes = r, tr.record.notes[:0]
	tr.source.Memory = &tr.record.notes
	if r.Kind == ring.Entered {
		t.enterRecorded(tr, tr.record)
	} else {
		t.noteText(tr.record, 0, r.Word(ring.Result), r.Layout.Text)
		tr.calls.EndReturned(r.Addr, r.Word(ring.SP))
	}
	tr.record = nil
	tr.source.Memory = now
	return true
}

// noteText notes text i of a record, which lies at an offset in it and was at addr.
func (t *Tracer) noteText(r *recorded, i int, addr uint64, offset int) {
	if offset != 0 {
		r.notes = append(r.notes, decode.NotedText{Addr: addr, Bytes: r.Data[offset:][:ring.TextSize], Torn: r.Unreadable(i)})
	}
}

// noteBlocks notes the blocks of the record of a call.
func (r *recorded) noteBlocks(n *needs, register func(int) uint64) {
	enter := n.enter(0)
	for i, b := range n.Blocks {
		known := enter.BlockOf(r.Record.Record, r.Layout, i, register)
		r.notes = append(r.notes, decode.NotedText{Addr: register(b.Reg), Bytes: known, Data: true})
	}
}

// enterRecorded reports the call that a record is about.
func (t *Tracer) enterRecorded(tr *tracee, r *recorded) {
	slots := tr.space.engine.slots
	if int(r.ID) >= len(slots) {
		return
	}
	p := slots[r.ID]
	t.wordsOf(tr, r, p.needs)
	s := p.slots[0]
	if at := tr.space.sites[r.Word(ring.Ret)]; at != nil && p.needs.ResultText {
		at.text = true
	}
	t.enterSlot(tr, p, s, 0, r.Word(ring.SP), r.Word(ring.Ret))
}

// wordsOf makes the words of a call of what was recorded.
func (t *Tracer) wordsOf(tr *tracee, r *recorded, n *needs) {
	w, at := &tr.words, &r.Layout
	*w = callstack.Words{SP: r.Word(ring.SP), Known: 1 + n.Stack, FPRead: n.Floats}
	w.Stack[0] = r.Word(ring.Ret)
	for i := range n.Words {
		w.Ints[i] = r.Word(at.Args + 8*i)
	}
	for i := range n.Stack {
		w.Stack[1+i] = r.Word(at.Stack + 8*i)
	}
	if n.Floats {
		w.FP = t.arch.VectorRegset(r.Data[at.Floats:][:8*ring.FloatRegs])
	}
	for i, reg := range n.Texts {
		t.noteText(r, i, w.Ints[reg], at.Text+i*ring.TextSize)
	}
	r.noteBlocks(n, func(i int) uint64 { return w.Ints[i] })
}

// errno is the thread's errno when the record was made, if it has that.
func (r *recorded) errno() int {
	if r.Layout.Errno == 0 {
		return noErrno
	}
	return int(int32(r.Word(r.Layout.Errno)))
}
