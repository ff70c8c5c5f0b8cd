package inproc

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	"plait/ring"
)

// A sorter keeps the records of several threads until they are in order.
type sorter struct {
	data    []byte
	records []sorted
}

// A sorted is one record; its data are at an offset.
type sorted struct {
	rec      ring.Record
	tid      int
	at       uint64
	from, to int
}

// DrainAll is Drain for all threads. Records of several threads come in the order of time. An
// error for one thread does not keep the others from being drained.
func (e *Engine) DrainAll(each func(*Record)) error {
	if len(e.threads) == 1 {
		for tid := range e.threads {
			return e.Drain(tid, each)
		}
	}
	e.readAll()
	var failed error
	s := &e.sorter
	s.data, s.records = s.data[:0], s.records[:0]
	for tid := range e.threads {
		failed = errors.Join(failed, e.Drain(tid, s.keep))
	}
	slices.SortStableFunc(s.records, func(a, b sorted) int { return cmp.Compare(a.at, b.at) })
	for i := range s.records {
		one := &s.records[i]
		one.rec.Data = s.data[one.from:one.to]
		rec := Record{Record: &one.rec, TID: one.tid}
		rec.Layout, rec.Addr, _ = e.layoutOf(one.rec.Kind, one.rec.ID)
		each(&rec)
	}
	return failed
}

// keep copies a record.
func (s *sorter) keep(r *Record) {
	from := len(s.data)
	s.data = append(s.data, r.Data...)
	s.records = append(s.records, sorted{*r.Record, r.TID, r.Word(ring.At), from, len(s.data)})
}

// readAll reads where the next record of every thread will be, by one read. What fails is read
// again later, one by one.
func (e *Engine) readAll() {
	last := 0
	for tid, th := range e.threads {
		e.memory.tid, last = tid, max(last, th.index)
	}
	areas := make([]byte, (last+1)*ring.AreaSize)
	if e.memory.Read(e.areas, areas) != nil {
		return
	}
	for _, th := range e.threads {
		th.pos = binary.LittleEndian.Uint64(areas[th.index*ring.AreaSize+ring.AreaPos:])
	}
}
