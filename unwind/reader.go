package unwind

import "encoding/binary"

// A reader reads operands. Reads beyond the end return zero and set failed.
type reader struct {
	b      []byte
	pos    int
	at     uint64 // link-time address of b
	failed bool
}

func (r *reader) done() bool { return r.failed || r.pos >= len(r.b) }

func (r *reader) rest() []byte { return r.b[r.pos:] }

func (r *reader) addr() uint64 { return r.at + uint64(r.pos) }

func (r *reader) skip(n uint64) {
	if n > uint64(len(r.b)-r.pos) {
		r.failed = true
		r.pos = len(r.b)
		return
	}
	r.pos += int(n)
}

func (r *reader) byte() byte { return byte(r.fixed(1)) }

// fixed reads an unsigned little-endian number of size bytes.
func (r *reader) fixed(size int) uint64 {
	from := r.pos
	if r.skip(uint64(size)); r.failed {
		return 0
	}
	var word [8]byte
	copy(word[:], r.b[from:r.pos])
	return binary.LittleEndian.Uint64(word[:])
}

// signed reads a signed little-endian number of size bytes.
func (r *reader) signed(size int) uint64 {
	unused := 64 - 8*size
	return uint64(int64(r.fixed(size)<<unused) >> unused)
}

func (r *reader) uleb() uint64 {
	v, _ := r.leb()
	return v
}

func (r *reader) sleb() int64 {
	v, bits := r.leb()
	if bits < 64 && bits > 0 {
		v = uint64(int64(v<<(64-bits)) >> (64 - bits))
	}
	return int64(v)
}

// leb reads a LEB128 number and returns how many bits it has.
func (r *reader) leb() (v uint64, bits uint) {
	for {
		b := r.byte()
		if bits < 64 {
			v |= uint64(b&0x7f) << bits
		}
		bits += 7
		if b&0x80 == 0 || r.failed {
			return v, bits
		}
	}
}

// block reads a length and that many bytes.
func (r *reader) block() []byte {
	n := r.uleb()
	from := r.pos
	if r.skip(n); r.failed {
		return nil
	}
	return r.b[from:r.pos:r.pos]
}
