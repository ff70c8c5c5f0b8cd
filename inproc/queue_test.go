package inproc

import (
	"encoding/binary"
	"slices"
	"testing"

	"plait/ring"
)

// queued is a record of thread 7: of a call with its return address at sp, or of a return after
// which the stack pointer is sp.
func queued(kind ring.Kind, ret, sp uint64) *Record {
	data := make([]byte, 48)
	binary.LittleEndian.PutUint64(data[ring.SP:], sp)
	if kind == ring.Entered {
		binary.LittleEndian.PutUint64(data[ring.Ret:], ret)
	}
	return &Record{Record: &ring.Record{Kind: kind, Data: data}, TID: 7, Addr: ret}
}

// TestQueue: a call returns later, or its place is taken, or nothing is known.
func TestQueue(t *testing.T) {
	var q Queue
	shared := queued(ring.Entered, 0x100, 0x7000)
	q.Add(shared)
	clear(shared.Data) // the queue has a copy
	q.Add(queued(ring.Entered, 0x200, 0x6000))
	q.Add(queued(ring.Returned, 0x300, 0x6008))
	q.Add(queued(ring.Returned, 0x400, 0x5008))
	for _, test := range []struct {
		tid            int
		ret, sp        uint64
		returns, known bool
	}{
		{7, 0x400, 0x5008, true, true},
		{7, 0x300, 0x6008, false, true}, // another call is there before
		{7, 0x200, 0x6008, false, false},
		{7, 0x555, 0x7008, false, true},
		{7, 0x400, 0x4008, false, false},
		{8, 0x400, 0x5008, false, false},
	} {
		if returns, known := q.Returns(test.tid, test.ret, test.sp); returns != test.returns || known != test.known {
			t.Errorf("%+v: %v, %v", test, returns, known)
		}
	}
	var first []uint64
	q.Each(func(r *Record) bool {
		first = append(first, r.Word(ring.SP))
		_, known := q.Returns(7, 0x400, 0x5008)
		return !known || r.Kind == ring.Entered
	})
	if want := []uint64{0x7000, 0x6000, 0x6008, 0x5008}; !slices.Equal(first, want) || q.Len() != 2 {
		t.Errorf("%#x, and %d records remain", first, q.Len())
	}
	q.Each(func(*Record) bool { return true })
	if q.Len() != 0 {
		t.Errorf("%d records remain", q.Len())
	}
}
