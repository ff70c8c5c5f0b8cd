package decode

import (
	"math"

	"plait/event"
)

// Defaults and bounds of what is read of a tracee for one call.
const (
	defaultString = 32
	defaultItems  = 4
	MaxBudget     = 4096    // values and reads
	verboseBudget = 1 << 15 // the same, if lists are to be shown whole
	MaxRead       = 1 << 20 // bytes of one value
	PageSize      = 4096    // the smallest of any machine: reads stop at its multiples
)

// A call is the state of decoding one call.
type call struct {
	s         *Source
	p         *Prototype
	fixed     [16]uint64
	words     []uint64 // bits of each parameter, extended
	blobs     [][]byte // bytes of each parameter passed by value
	result    uint64
	returning bool
	failed    bool
	shared    any    // what one lens has left for another
	was       uint64 // what was noted at Enter of the argument being decoded
	errno     int
	left      func() int // errno, of a library call
	frame     *frame
	place     placer
	built     bool   // the address of the result is in front of the arguments
	room      uint64 // that address: what the callee returns may be another if the compiler knows all callers
	lost      int    // index of the first parameter of which it can't be told where it is
	pack      pack
	depth     int // pointers followed
	budget    int
	small     [256]byte // where values are read to, if free
	used      bool
	chars     [512]byte // where text is read to
}

// A frame is a struct being decoded.
type frame struct {
	n    *Struct
	b    []byte
	addr uint64 // 0: it was passed by value
	up   *frame
}

// begin makes the source's scratch call ready for p.
func (s *Source) begin(p *Prototype) *call {
	c := s.scratch
	if c == nil {
		c = &call{}
		s.scratch = c
	}
	c.s, c.p, c.frame, c.depth, c.budget, c.used = s, p, nil, 0, MaxBudget, false
	if s.Limits.Verbose {
		c.budget = verboseBudget
	}
	c.returning, c.failed, c.errno, c.result = false, false, 0, 0
	c.pack = pack{args: c.pack.args[:0]}
	c.words = c.fixed[:0]
	c.blobs = c.blobs[:0]
	c.place, c.shared, c.lost = placer{s: s}, nil, math.MaxInt
	s.scope = p.Scope
	if p.Arch != nil {
		s.Arch = p.Arch
	}
	return c
}

// spend takes one unit of the work that a call may cost.
func (c *call) spend() bool {
	c.budget--
	return c.budget > 0
}

func (c *call) items() int { return c.s.Items() }

// Items returns how many elements of an array are shown: of a system call's as many
// as bytes of a string (strace(1), -s), and of those to be shown whole all,
// unless the limits say. No more are read than a call may cost.
func (s *Source) Items() int {
	n := s.levels()
	if s.Limits.Verbose {
		n = limit(s.Limits.Items, verboseBudget)
	}
	return min(n, verboseBudget)
}

// levels is how often a struct is followed that holds itself: as many as
// elements of an array that is not to be shown whole.
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

// limit is what a field of Limits means.
func limit(n, byDefault int) int {
	if n == 0 {
		return byDefault
	}
	return max(n, 0)
}

// bytes returns a buffer for one value. The values read to it are decoded
// before the next asks, or else get memory of their own.
func (c *call) bytes(n int) []byte {
	if n <= len(c.small) && !c.used {
		c.used = true
		return c.small[:n]
	}
	return make([]byte, min(n, MaxRead))
}

// free gives back the buffer that bytes returned.
func (c *call) free(b []byte) {
	if len(b) > 0 && &b[0] == &c.small[0] {
		c.used = false
	}
}

// read reads len(b) bytes at addr and returns how many there were.
func (c *call) read(addr uint64, b []byte) int { return c.s.Read(addr, b) }

// Read reads memory of the tracee at addr and returns how many bytes could be
// read, which is all of b unless memory ends before.
func (s *Source) Read(addr uint64, b []byte) int {
	if addr == 0 || addr >= 1<<63 || s.Memory == nil {
		return 0
	}
	n, _ := s.Memory.ReadAt(b, int64(addr))
	return max(0, min(n, len(b)))
}

// Word reads the integer of size 1, 2, 4 or 8 at addr, zero-extended.
func (s *Source) Word(addr uint64, size int) (uint64, bool) {
	var b [8]byte
	if size > len(b) || s.Read(addr, b[:size]) < size {
		return 0, false
	}
	return s.Number(b[:size]), true
}

// Named decodes bits as the flags, enum or other type of that name; as an
// integer of size bytes if there is none. It is for lenses in Go.
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

// At decodes the value of the named type that lies at addr; the pointer if
// there is no such type. It is for lenses in Go.
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

// From decodes the value of the named type of which b is a copy; it lies at
// addr. It is for lenses in Go.
func (s *Source) From(name string, b []byte, addr uint64) event.Value {
	n := s.Type(name)
	if n == nil || len(b) < n.shape().size || !s.Spend() {
		return event.Str{Text: string(b), Hex: true}
	}
	return n.load(s.scratch, b[:n.shape().size], addr)
}

// Type returns the type of that name in the scope of the prototype being decoded; nil
// if there is none.
func (s *Source) Type(name string) Node {
	if s.scratch == nil || s.scope == nil {
		return nil
	}
	return s.scope.TypeNamed(name)
}

// Load decodes the value of type n of which b is a copy; it lies at addr. B has
// SizeOf(n) bytes.
func (s *Source) Load(n Node, b []byte, addr uint64) event.Value { return n.load(s.scratch, b, addr) }

// Bits decodes a value of type n that fits a register.
func (s *Source) Bits(n Node, bits uint64) event.Value { return n.word(s.scratch, bits) }

// Number returns the number of 1, 2, 4 or 8 bytes that b is; 0 of other sizes.
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

// Extend drops what lies above a number of size bytes in its word, and extends it by
// its sign if it has one.
func Extend(bits uint64, size int, signed bool) uint64 {
	return shape{size: size, signed: signed}.extend(bits)
}

// Spend takes one unit of the work that a call may cost; false if there is none left.
func (s *Source) Spend() bool { return s.scratch.spend() }

// Nested does what decodes something within something else; false if there is no
// work left, or that is too deep.
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

// Argument returns parameter i of the call, from 0, as a word; 0 if there is none.
func (s *Source) Argument(i int) uint64 {
	if s.scratch == nil || i >= len(s.scratch.words) {
		return 0
	}
	return s.scratch.words[i]
}

// Result returns how much the call has returned; 0 if that is negative, or it has not
// returned yet.
func (s *Source) Result() uint64 {
	if s.scratch == nil || int64(s.scratch.result) < 0 {
		return 0
	}
	return s.scratch.result
}

// Returning tells whether the call has returned.
func (s *Source) Returning() bool { return s.scratch != nil && s.scratch.returning }

// Share leaves v to the lenses that decode later parts of the same argument.
func (s *Source) Share(v any) { s.scratch.shared = v }

// Shared returns what Share was told last in this call; nil if nothing.
func (s *Source) Shared() any { return s.scratch.shared }

// sized decodes what bits points to by a lens that is told the length.
func (c *call) sized(lens SizedLens, bits uint64, length *Code) event.Value {
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

// Descriptor returns descriptor n, with what it stands for if that is wanted. Negative
// numbers stand for nothing but AT_FDCWD.
func (s *Source) Descriptor(n int) event.FD {
	if s == nil || s.File == nil || n < 0 && n != AtFDCWD {
		return event.FD{Num: n, Cwd: n == AtFDCWD}
	}
	return s.File(n)
}
