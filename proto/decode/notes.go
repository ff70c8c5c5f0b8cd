package decode

import (
	"bytes"
	"io"
)

// Notes are memory of which nothing is known but some texts, as they were noted when a call
// began or returned.
type Notes []NotedText

// A NotedText is the first bytes of a text at an address. What follows its NUL means nothing.
// If it is torn, memory can't be read from there on, where the NUL stands. Of data, all bytes
// count.
type NotedText struct {
	Addr  uint64
	Bytes []byte
	Torn  bool
	Data  bool
}

// ReadAt reads what was noted at an address. Texts may overlap: the one that goes furthest
// counts.
func (n Notes) ReadAt(b []byte, off int64) (int, error) {
	var best []byte
	for i := range n {
		known := n[i].known()
		if at := uint64(off) - n[i].Addr; at < uint64(len(known)) && len(known[at:]) > len(best) {
			best = known[at:]
		}
	}
	if got := copy(b, best); got < len(b) {
		return got, io.ErrUnexpectedEOF
	}
	return len(b), nil
}

// known is what is known of the memory at t.Addr: to the NUL, or all that was noted.
func (t *NotedText) known() []byte {
	end := bytes.IndexByte(t.Bytes, 0)
	switch {
	case end < 0 || t.Data:
		return t.Bytes
	case t.Torn:
		return t.Bytes[:end]
	}
	return t.Bytes[:end+1]
}
