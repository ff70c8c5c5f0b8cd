package decode

import (
	"math"

	"plait/event"
)

// Defaults and limits of what is read from a tracee for one call.
const (
	defaultString = 32
	defaultItems  = 4
	MaxBudget     = 4096    // values and reads
	verboseBudget = 1 << 15 // MaxBudget if lists are shown whole
	MaxRead       = 1 << 20 // bytes of one value
	PageSize      = 4096    // the smallest page size of any machine; reads stop at multiples of it
)

// A call is the state of decoding one call.
type call struct {
	s             *Source
	p             *Prototype
	fixed         [16]uint64
	words         []uint64 // bits of each parameter, extended
	blobs         [][]byte // bytes of each parameter passed by value
	result        uint64
	returning     bool
	failed        bool
	shared        any    // the value of Share
	noted         uint64 // what noting.Note returned at Enter for the argument being decoded
	errno         int
	libcErrno     func() int // errno, of a library call
	frame         *frame
	place         placer
	hiddenResult  bool   // the address of the result is passed before the arguments
	resultAddr    uint64 // that address; the callee may return another if the compiler knows all callers
	firstUnplaced int    // index of the first parameter whose place is unknown
	formatArgs    formatArgs
	depth         int // pointers followed
	budget        int
	small         [256]byte // the buffer for values, unless smallUsed
	smallUsed     bool
	chars         [512]byte // the buffer for text
}

// A frame is a struct being decoded.
type frame struct {
	n    *Struct
	b    []byte
	addr uint64 // 0: it was passed by value
	up   *frame
}

// begin prepares the scratch call of the source for p.
func (s *Source) begin(p *Prototype) *call {
	c := s.scratch
	if c == nil {
		c = &call{}
		s.scratch = c
	}
	c.s, c.p, c.frame, c.depth, c.budget, c.smallUsed = s, p, nil, 0, MaxBudget, false
	if s.Limits.Verbose {
		c.budget = verboseBudget
	}
	c.returning, c.failed, c.errno, c.result = false, false, 0, 0
	c.formatArgs = formatArgs{args: c.formatArgs.args[:0]}
	c.words = c.fixed[:0]
	c.blobs = c.blobs[:0]
	c.place, c.shared, c.firstUnplaced = placer{s: s, words: c.place.words[:0]}, nil, math.MaxInt
	s.scope = p.Scope
	if p.Arch != nil {
		s.Arch = p.Arch
	}
	return c
}

// spend takes one unit from the budget of the call; false if it is exhausted.
func (c *call) spend() bool {
	c.budget--
	return c.budget > 0
}

func (c *call) items() int { return c.s.Items() }

// Items returns how many elements of an array are shown. Unless Limits.Items says,
// these are 4 for a library call, as many as bytes of a string for a system call
// (strace(1), -s), and as many as the budget of a call allows with Limits.Verbose.
func (s *Source) Items() int {
	n := s.levels()
	if s.Limits.Verbose {
		n = limit(s.Limits.Items, verboseBudget)
	}
	return min(n, verboseBudget)
}

// levels returns how deeply a recursive struct is followed: as many levels as elements
// of an array without Verbose.
func (s *Source) levels() int {
	byDefault := defaultItems
	if s.Kind == event.System {
		byDefault = s.Shown()
	}
	return limit(s.Limits.Items, byDefault)
}

// Shown returns how many bytes of a string or buffer are shown.
func (s *Source) Shown() int {
	return limit(s.Limits.String, defaultString)
}

// limit returns the value of a field of Limits: 0 means byDefault, negative means 0.
func limit(n, byDefault int) int {
	if n == 0 {
		return byDefault
	}
	return max(n, 0)
}

// bytes returns a buffer for one value: small if it is free, otherwise new memory.
func (c *call) bytes(n int) []byte {
	if n <= len(c.small) && !c.smallUsed {
		c.smallUsed = true
		return c.small[:n]
	}
	return make([]byte, min(n, MaxRead))
}

// free gives back a buffer from bytes.
func (c *call) free(b []byte) {
	if len(b) > 0 && &b[0] == &c.small[0] {
		c.smallUsed = false
	}
}

// read is Source.Read.
func (c *call) read(addr uint64, b []byte) int { return c.s.Read(addr, b) }

// Read reads the tracee's memory at addr into b. It returns the number of bytes read,
// less than len(b) if the mapped memory ends earlier.
func (s *Source) Read(addr uint64, b []byte) int {
	if addr == 0 || addr >= 1<<63 || s.Memory == nil {
		return 0
	}
	n, _ := s.Memory.ReadAt(b, int64(addr))
	return max(0, min(n, len(b)))
}

// Word reads the integer of 1, 2, 4 or 8 bytes at addr, zero-extended; false if it
// can't be read.
func (s *Source) Word(addr uint64, size int) (uint64, bool) {
	var b [8]byte
	if size > len(b) || s.Read(addr, b[:size]) < size {
		return 0, false
	}
	return s.Number(b[:size]), true
}

// Named decodes bits as the named flags, enum or other type, or as a hexadecimal
// integer of size bytes if there is no such type. It is for lenses.
func (s *Source) Named(name string, bits uint64, size int) event.Value {
	plain := &intNode{shape{size, size, false, integer}, event.Hex}
	n := s.Type(name)
	if n == nil {
		return plain.word(nil, bits)
	}
	if r, ok := n.(resizable); ok && size > 0 {
		sh := n.shape()
		sh.size, sh.align = size, size
		n = r.resized(sh)
	}
	return n.word(s.scratch, bits)
}

// At decodes the value of the named type at addr. It returns the address if there is
// no such type. It is for lenses.
func (s *Source) At(name string, addr uint64) event.Value {
	if addr == 0 {
		return event.Pointer{}
	}
	n := s.Type(name)
	if n == nil || !s.Spend() {
		return event.Pointer{Addr: addr}
	}
	return loadAt(s.scratch, n, addr)
}

// From decodes a value of the named type; b is a copy of the memory at addr. It
// returns b in hexadecimal if it is too short or there is no such type. It is for
// lenses.
func (s *Source) From(name string, b []byte, addr uint64) event.Value {
	n := s.Type(name)
	if n == nil || len(b) < n.shape().size || !s.Spend() {
		return event.Str{Text: string(b), Hex: true}
	}
	return n.load(s.scratch, b[:n.shape().size], addr)
}

// Type returns the named type in the scope of the prototype being decoded; nil if
// there is none.
func (s *Source) Type(name string) Node {
	if s.scratch == nil || s.scope == nil {
		return nil
	}
	return s.scope.TypeNamed(name)
}

// Load decodes a value of type n; b is a copy of the SizeOf(n) bytes at addr.
func (s *Source) Load(n Node, b []byte, addr uint64) event.Value { return n.load(s.scratch, b, addr) }

// Bits decodes a value of type n that fits in a register.
func (s *Source) Bits(n Node, bits uint64) event.Value { return n.word(s.scratch, bits) }

// Number returns the integer in b, which has 1, 2, 4 or 8 bytes; 0 if it has another
// length.
func (s *Source) Number(b []byte) uint64 {
	switch order := s.Arch.Order; len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(order.Uint16(b))
	case 4:
		return uint64(order.Uint32(b))
	case 8:
		return order.Uint64(b)
	}
	return 0
}

// Extend sign- or zero-extends the lowest size bytes of bits.
func Extend(bits uint64, size int, signed bool) uint64 {
	return shape{size: size, signed: signed}.extend(bits)
}

// Spend takes one unit from the budget of the call; false if it is exhausted.
func (s *Source) Spend() bool { return s.scratch.spend() }

// Nested runs decode one level deeper. It returns false, without running it, if the
// budget is exhausted or the level is too deep.
func (s *Source) Nested(decode func()) bool {
	c := s.scratch
	if c.depth >= maxDepth || !c.spend() {
		return false
	}
	c.depth++
	decode()
	c.depth--
	return true
}

// Argument returns argument i of the call, from 0, as a word; 0 if there is none.
func (s *Source) Argument(i int) uint64 {
	if s.scratch == nil || i >= len(s.scratch.words) {
		return 0
	}
	return s.scratch.words[i]
}

// Result returns the result of the call; 0 if it is negative, or the call has not
// returned yet.
func (s *Source) Result() uint64 {
	if s.scratch == nil || int64(s.scratch.result) < 0 {
		return 0
	}
	return s.scratch.result
}

// Returning reports whether the call has returned.
func (s *Source) Returning() bool { return s.scratch != nil && s.scratch.returning }

// Share passes v to the lenses that decode later parts of the same argument.
func (s *Source) Share(v any) { s.scratch.shared = v }

// Shared returns the last value passed to Share in this call; nil if there is none.
func (s *Source) Shared() any { return s.scratch.shared }

// sized decodes what bits points to with a lens that takes a length.
func (c *call) sized(lens SizedLens, bits uint64, length *Expr) event.Value {
	if bits == 0 {
		return event.Pointer{}
	}
	n, ok := length.eval(c)
	if !ok || !c.spend() {
		return event.Pointer{Addr: bits}
	}
	return lens.DecodeSized(c.s, bits, n)
}

// AtFDCWD is AT_FDCWD of linux/fcntl.h.
const AtFDCWD = -100

// Descriptor returns descriptor n with its file, if File is set. Of the negative
// numbers only AtFDCWD has one.
func (s *Source) Descriptor(n int) event.FD {
	if s == nil || s.File == nil || n < 0 && n != AtFDCWD {
		return event.FD{Num: n, Cwd: n == AtFDCWD}
	}
	return s.File(n)
}
