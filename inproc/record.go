package inproc

import "plait/ring"

// Results returns the result registers of a call whose end is recorded.
func (r *Record) Results() [2]uint64 {
	return [2]uint64{r.Word(ring.Result), r.Word(ring.Result2)}
}

// Vector returns the lower half of the vector result register, if the record has that.
func (r *Record) Vector() (v [16]byte) {
	if at := r.Layout.Floats; at != 0 {
		copy(v[:8], r.Data[at:])
	}
	return v
}

// Popped returns the word at an address if it is where the return address was.
func (r *Record) Popped(addr uint64) (uint64, bool) {
	if r.Kind == ring.Returned && addr == r.Word(ring.SP)-8 {
		return r.Word(ring.Below), true
	}
	return 0, false
}
