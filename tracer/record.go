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

// record makes an event of a record.
func (t *Tracer) record(r *inproc.Record) {
	tr := t.tracees[r.TID]
	if tr == nil || tr.space.engine == nil {
		return
	}
	t.now = t.clock.TimeOf(r.Word(ring.At))
	tr.record = &recorded{Record: r}
	tr.source.Memory = &tr.record.notes
	if r.Kind == ring.Entered {
		t.enterRecorded(tr, tr.record)
	} else {
		t.noteText(tr.record, 0, r.Word(ring.Result), r.Layout.Text)
		tr.calls.EndReturned(r.Addr, r.Word(ring.SP))
	}
	tr.record = nil
	tr.source.Memory = memory{t.Kernel, tr}
}

// noteText notes text i of a record, which lies at an offset in it and was at addr.
func (t *Tracer) noteText(r *recorded, i int, addr uint64, offset int) {
	if offset != 0 {
		r.notes = append(r.notes, decode.NotedText{Addr: addr, Bytes: r.Data[offset:][:ring.TextSize], Torn: r.Unreadable(i)})
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
}

// result is the result of a call whose end is recorded.
func (r *recorded) result() [2]uint64 {
	return [2]uint64{r.Word(ring.Result), r.Word(ring.Result2)}
}

// errno is the thread's errno when the record was made, if it has that.
func (r *recorded) errno() int {
	if r.Layout.Errno == 0 {
		return noErrno
	}
	return int(int32(r.Word(r.Layout.Errno)))
}

// vector is the lower half of the vector result register.
func (r *recorded) vector() (v [16]byte) {
	if at := r.Layout.Floats; at != 0 {
		copy(v[:8], r.Data[at:])
	}
	return v
}

// word is a word of memory that the record of a return has: where the return address was.
func (r *recorded) word(addr uint64) (uint64, bool) {
	if r.Kind == ring.Returned && addr == r.Word(ring.SP)-8 {
		return r.Word(ring.Below), true
	}
	return 0, false
}
