package proto

import (
	"math"

	"plait/event"
)

// Defaults and bounds of what is read of a tracee for one call.
const (
	defaultString = 32
	defaultItems  = 4
	maxBudget     = 4096    // values and reads
	verboseBudget = 1 << 15 // the same, if lists are to be shown whole
	maxRead       = 1 << 20 // bytes of one value
	pageSize      = 4096    // the smallest of any machine: reads stop at its multiples
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
	family    byte   // of the netlink message being decoded
	link      string // the table of the kind of link that it is about
	was       uint64 // what was noted at Enter of the argument being decoded
	errno     int
	left      func() int // errno, of a library call
	frame     *frame
	place     placer
	built     bool // the address of the result is in front of the arguments
	lost      int  // index of the first parameter of which it can't be told where it is
	pack      pack
	depth     int // pointers followed
	budget    int
	small     [256]byte // where values are read to, if free
	used      bool
	chars     [512]byte // where text is read to
}

// A frame is a struct being decoded.
type frame struct {
	n    *structNode
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
	c.s, c.p, c.frame, c.depth, c.budget, c.used = s, p, nil, 0, maxBudget, false
	if s.Limits.Verbose {
		c.budget = verboseBudget
	}
	c.returning, c.failed, c.errno, c.result = false, false, 0, 0
	c.pack = pack{args: c.pack.args[:0]}
	c.words = c.fixed[:0]
	c.blobs = c.blobs[:0]
	c.place, c.link, c.lost = placer{s: s}, "", math.MaxInt
	s.scope = p.scope
	if p.scope != nil {
		s.Arch = p.scope.arch
	}
	return c
}

// spend takes one unit of the work that a call may cost.
func (c *call) spend() bool {
	c.budget--
	return c.budget > 0
}

func (c *call) items() int { return c.s.items() }

// items is how many elements of an array are shown: of a system call's as many
// as bytes of a string (strace(1), -s), and of those to be shown whole all,
// unless the limits say. No more are read than a call may cost.
func (s *Source) items() int {
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
		byDefault = s.text()
	}
	return limit(s.Limits.Items, byDefault)
}

func (s *Source) text() int {
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
	return make([]byte, min(n, maxRead))
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
	c := call{s: s}
	return shape{size: size}.number(&c, b[:size]), true
}

// Named decodes bits as the flags, enum or other type of that name; as an
// integer of size bytes if there is none. It is for lenses in Go.
func (s *Source) Named(name string, bits uint64, size int) event.Value {
	plain := &intNode{shape{size, size, false, integer}, event.Hex}
	c := s.scratch
	if c == nil || s.scope == nil {
		return plain.word(nil, bits)
	}
	n, err := s.scope.node(name)
	if err != nil || n == nil {
		return plain.word(nil, bits)
	}
	if r, ok := n.(resizable); ok && size > 0 {
		sh := n.shape()
		sh.size, sh.align = size, size
		n = r.resized(sh)
	}
	return n.word(c, bits)
}

// At decodes the value of the named type that lies at addr; the pointer if
// there is no such type. It is for lenses in Go.
func (s *Source) At(name string, addr uint64) event.Value {
	c := s.scratch
	if addr == 0 || c == nil || s.scope == nil {
		return event.Pointer{Addr: addr}
	}
	n, err := s.scope.node(name)
	if err != nil || n == nil || !c.spend() {
		return event.Pointer{Addr: addr}
	}
	return loadAt(c, n, addr)
}

// from decodes the value of the named type of which b is a copy; it lies at
// addr. It is for lenses in Go.
func (s *Source) from(name string, b []byte, addr uint64) event.Value {
	n := s.typeNamed(name)
	if n == nil || len(b) < n.shape().size || !s.scratch.spend() {
		return event.Str{Text: string(b), Hex: true}
	}
	return n.load(s.scratch, b[:n.shape().size], addr)
}

// typeNamed is a type of the prototype's scope, of the language or of the list
// of lenses; nil if there is none of that name.
func (s *Source) typeNamed(name string) node {
	n, err := s.scope.node(name)
	if err == nil && n != nil {
		return n
	}
	ptr := s.Arch.PtrSize
	if g := findLens(name); g != nil && g.memory {
		return &memoryLens{lensNode{goLens: g, ptr: ptr}}
	} else if g != nil {
		return &lensNode{goLens: g, ptr: ptr}
	}
	if w, ok := intTypes[name]; ok && w.size > 0 {
		return &intNode{shape{w.size, w.size, w.signed, integer}, w.base}
	}
	return nil
}

// sized decodes what bits points to by a lens that is told the length.
func (c *call) sized(lens SizedLens, bits uint64, length *code) event.Value {
	if bits == 0 {
		return event.Pointer{}
	}
	n, ok := length.eval(c)
	if !ok || !c.spend() {
		return event.Pointer{Addr: bits}
	}
	return lens.DecodeSized(c.s, bits, n)
}
