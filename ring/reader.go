package ring

import (
	"encoding/binary"
	"fmt"
)

// A Record is one record, copied out of the ring. Data has all of it, in the order of [Layout];
// it is valid until the next record is read.
type Record struct {
	Kind  Kind
	ID    uint32
	Flags uint8
	Data  []byte
}

// Word returns the word at an offset of Data.
func (r *Record) Word(offset int) uint64 {
	return binary.LittleEndian.Uint64(r.Data[offset:])
}

// Unreadable tells whether text i could not be read.
func (r *Record) Unreadable(i int) bool { return r.Flags>>i&1 != 0 }

// A Source is the thread that writes to a ring.
type Source interface {
	// Pos returns its pos. It is asked again for every half that is read.
	Pos() (uint64, error)
	// Freed is told that a half may be written to again.
	Freed()
	// Words returns the length of the records of a kind and ID, in words. 0 is for those that
	// the thread cannot have written.
	Words(kind Kind, id uint32) int
}

// A Reader takes records out of one ring. It is not safe for concurrent use.
type Reader struct {
	base   uint64 // of the ring, in the traced program
	bytes  []byte // the ring, here
	half   int
	next   uint64 // address of the next record
	moving bool   // the thread has handed a half over, and was not seen in the other yet
	last   uint64 // time of the last record
	broken error
	copied [8 * MaxWords]byte
}

// NewReader returns a Reader for the ring at address base of the traced program, whose RingSize
// bytes are at bytes here. Nothing has been read from it yet.
func NewReader(base uint64, bytes []byte) *Reader {
	return &Reader{base: base, bytes: bytes[:RingSize], next: HalfStart(base, 0)}
}

// Reuse makes the Reader that of another thread, whose records will be newer than all before.
func (r *Reader) Reuse() {
	r.half, r.next, r.moving, r.broken = 0, HalfStart(r.base, 0), false, nil
}

// A BrokenError tells what is wrong with a ring. The program has written to it.
type BrokenError struct{ What string }

func (e *BrokenError) Error() string { return "the ring is broken: " + e.What }

func broken(format string, args ...any) error {
	return &BrokenError{fmt.Sprintf(format, args...)}
}

// maxRounds bounds how many halves one Drain reads, since a thread may write as fast as they are
// read.
const maxRounds = 4

// Drain calls each for every record that is in the ring, oldest first. The error is that of
// Source.Pos, or a [BrokenError]; with the latter all later calls fail, too.
func (r *Reader) Drain(from Source, each func(*Record)) error {
	for range maxRounds {
		if r.broken != nil {
			return r.broken
		}
		pos, err := from.Pos() // before End: a thread that is in the other half has set End
		if err != nil {
			return err
		}
		more, err := r.drainHalf(pos, from, each)
		if err != nil {
			r.broken = err
		}
		if !more {
			return err
		}
	}
	return nil
}

// drainHalf reads what there is in the current half. It reports whether the thread has gone on
// to the other.
func (r *Reader) drainHalf(pos uint64, from Source, each func(*Record)) (more bool, err error) {
	if end := r.load(EndOf(r.half)); end != 0 {
		if err := r.drainTo(end, from, each); err != nil {
			return false, err
		}
		r.store(EndOf(r.half), 0)
		r.half, r.moving = 1-r.half, true
		r.next = HalfStart(r.base, r.half)
		from.Freed()
		return true, nil
	}
	half := HalfOf(r.base, pos)
	if pos == 0 || r.moving && half == 1-r.half { // it records nothing any more; it is between End and pos
		return false, nil
	}
	if half != r.half {
		return false, broken("pos is %#x, in no half that may be written", pos)
	}
	r.moving = false
	return false, r.drainTo(pos, from, each)
}

// Rest calls each for the records of a thread that is dead, whose pos nobody knows any more. Those
// that are older than what was read before are of an earlier round. The last one may be of a call
// that the thread did not live to make.
func (r *Reader) Rest(from Source, each func(*Record)) {
	for range 2 {
		end := r.load(EndOf(r.half))
		r.restOf(end, from, each)
		if end == 0 || r.broken != nil {
			return
		}
		r.half = 1 - r.half
		r.next = HalfStart(r.base, r.half)
	}
}

// restOf is Rest for the current half, which may have an end.
func (r *Reader) restOf(end uint64, from Source, each func(*Record)) {
	stop := HalfStart(r.base, r.half) + HalfSize
	if end != 0 {
		stop = min(stop, end)
	}
	for r.broken == nil && r.next < stop {
		before := r.last
		rec, err := r.record(stop-r.next, from)
		if err != nil || rec.Word(At) <= before {
			return
		}
		r.next += uint64(len(rec.Data))
		each(&rec)
	}
}

// drainTo reads the records up to an address in, or right behind, the current half.
func (r *Reader) drainTo(end uint64, from Source, each func(*Record)) error {
	if start := HalfStart(r.base, r.half); end < r.next || end > start+HalfSize || end%8 != 0 {
		return broken("records end at %#x", end)
	}
	for r.next < end {
		rec, err := r.record(end-r.next, from)
		if err != nil {
			return err
		}
		r.next += uint64(len(rec.Data))
		each(&rec)
	}
	return nil
}

// record copies the next record, and looks at the copy, which nobody else can change. left is how
// many bytes there are.
func (r *Reader) record(left uint64, from Source) (Record, error) {
	at := r.next - r.base
	head := r.load(int(at))
	rec := Record{Kind: Kind(head >> 48), ID: uint32(head), Flags: uint8(head >> 56)}
	words := int(head >> 32 & 0xffff)
	if words < 2 || words > MaxWords || uint64(8*words) > left || words != from.Words(rec.Kind, rec.ID) {
		return rec, broken("record of kind %d, number %d, has %d words", rec.Kind, rec.ID, words)
	}
	rec.Data = r.copied[:8*words]
	copy(rec.Data, r.bytes[at:])
	binary.LittleEndian.PutUint64(rec.Data, head) // it may have changed meanwhile
	r.last = rec.Word(At)
	return rec, nil
}

func (r *Reader) load(offset int) uint64 {
	return binary.LittleEndian.Uint64(r.bytes[offset:])
}

func (r *Reader) store(offset int, word uint64) {
	binary.LittleEndian.PutUint64(r.bytes[offset:], word)
}
