package inproc

import (
	"encoding/binary"
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
	for n := q.Len(); n > 0; n-- {
		if q.Len() != n || q.Head() == nil {
			t.Fatalf("%d records", q.Len())
		}
		q.Drop()
	}
}
