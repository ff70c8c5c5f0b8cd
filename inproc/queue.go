package inproc

import (
	"slices"

	"plait/ring"
)

// A Queue keeps copies of records whose time has not come. The zero Queue is empty.
type Queue struct{ records []*Record }

// Len returns how many records there are.
func (q *Queue) Len() int { return len(q.records) }

// Add adds a copy of a record.
func (q *Queue) Add(r *Record) {
	kept, raw := *r, *r.Record
	raw.Data = slices.Clone(r.Data)
	kept.Record = &raw
	q.records = append(q.records, &kept)
}

// Each calls do for every record, oldest first, and removes those for which it returns true.
func (q *Queue) Each(do func(*Record) bool) {
	for i, r := range q.records {
		if do(r) {
			q.records[i] = nil
		}
	}
	q.records = slices.DeleteFunc(q.records, func(r *Record) bool { return r == nil })
	if len(q.records) == 0 {
		q.records = nil
	}
}

// Returns tells whether a thread returns to ret with stack pointer sp, by the records in the
// queue. It is unknown if they say neither that nor that the return address is overwritten
// by that of another call.
func (q *Queue) Returns(tid int, ret, sp uint64) (returns, known bool) {
	for _, r := range q.records {
		if r == nil || r.TID != tid {
			continue
		}
		switch at := r.Word(ring.SP); {
		case r.Kind == ring.Returned && r.Addr == ret && at == sp:
			return true, true
		case r.Kind == ring.Entered && at == sp-8 && r.Word(ring.Ret) != ret:
			return false, true
		}
	}
	return false, false
}
