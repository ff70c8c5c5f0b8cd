package debuginfo

import (
	"bytes"
	"encoding/binary"
	"io"
)

// Sections returns a section of debugging information by its name, such as ".debug_info",
// and its size in bytes, or nil if there is none.
type Sections func(name string) (r io.ReaderAt, size int64)

// Sizes in bytes of the pages of sections, and how many are kept.
const (
	pageSize  = 16 << 10
	smallPage = 256 // for reading only the beginning of each unit
	maxPages  = 256 // of one section
)

// A section is read page by page.
type section struct {
	r        io.ReaderAt
	size     int64
	pageSize int64 // bytes of a page
	pages    map[int64][]byte
}

func newSection(sections Sections, name string) *section {
	s := &section{pages: map[int64][]byte{}, pageSize: pageSize}
	if sections != nil {
		s.r, s.size = sections(name)
	}
	if s.r == nil {
		s.size = 0
	}
	return s
}

// page returns the page that contains the byte at off, and its offset.
func (s *section) page(off int64) ([]byte, int64) {
	start := off / s.pageSize * s.pageSize
	if p, ok := s.pages[start]; ok {
		return p, start
	}
	if len(s.pages) >= maxPages {
		clear(s.pages)
	}
	p := make([]byte, min(s.pageSize, s.size-start))
	n, _ := s.r.ReadAt(p, start)
	s.pages[start] = p[:n]
	return p[:n], start
}

// withSmallPages runs f with small pages: f reads a little in many places.
func (s *section) withSmallPages(f func()) {
	s.pageSize = smallPage
	clear(s.pages)
	f()
	s.pageSize = pageSize
	clear(s.pages)
}

// A cursor reads a section from off on. It fails at the end, at what can't be read, and at
// anything invalid; from then on it reads zeros.
type cursor struct {
	s      *section
	off    int64
	failed bool
	page   []byte
	from   int64 // offset of page
}

func (s *section) at(off int64) cursor { return cursor{s: s, off: off} }

func (c *cursor) fail() uint64 {
	c.failed = true
	return 0
}

func (c *cursor) byte() byte {
	b := c.rest()
	if len(b) == 0 {
		return 0
	}
	c.off++
	return b[0]
}

// rest returns what is left of the page from off on. If that is nothing the cursor fails.
func (c *cursor) rest() []byte {
	i := c.off - c.from
	if c.page == nil || i < 0 || i >= int64(len(c.page)) {
		if c.failed || c.off < 0 || c.off >= c.s.size {
			c.failed = true
			return nil
		}
		c.page, c.from = c.s.page(c.off)
		if i = c.off - c.from; i >= int64(len(c.page)) {
			c.failed = true
			return nil
		}
	}
	return c.page[i:]
}

// uint reads an unsigned number of n bytes, at most 8.
func (c *cursor) uint(n int) uint64 {
	var b [8]byte
	i := c.off - c.from
	if c.page != nil && i >= 0 && i+int64(n) <= int64(len(c.page)) {
		copy(b[:n], c.page[i:])
		c.off += int64(n)
	} else {
		for j := range n {
			b[j] = c.byte()
		}
	}
	return binary.LittleEndian.Uint64(b[:])
}

// offset reads an offset into a section: 4 bytes, or 8 in 64-bit DWARF.
func (c *cursor) offset(wide bool) uint64 {
	if wide {
		return c.uint(8)
	}
	return c.uint(4)
}

// uleb reads an unsigned LEB128 number.
func (c *cursor) uleb() uint64 {
	n := uint64(0)
	for shift := uint(0); ; shift += 7 {
		b := c.byte()
		if shift < 64 {
			n |= uint64(b&0x7f) << shift
		}
		if b < 0x80 || c.failed {
			return n
		}
	}
}

// sleb reads a signed LEB128 number.
func (c *cursor) sleb() int64 {
	n := int64(0)
	for shift := uint(0); ; shift += 7 {
		b := c.byte()
		if shift < 64 {
			n |= int64(b&0x7f) << shift
		}
		if b < 0x80 || c.failed {
			if shift+7 < 64 && b&0x40 != 0 {
				n |= -1 << (shift + 7)
			}
			return n
		}
	}
}

func (c *cursor) skip(n uint64) {
	if n > uint64(c.s.size) {
		c.failed = true
		return
	}
	c.off += int64(n)
}

// maxText is the most bytes of a string.
const maxText = 1 << 12

// text reads a string up to its NUL, and truncates a long one.
func (c *cursor) text() string {
	s, whole := c.prefix()
	for !whole && c.byte() != 0 && !c.failed {
	}
	return s
}

// prefix reads at most maxText bytes of a string. whole is true if that includes its NUL.
func (c *cursor) prefix() (s string, whole bool) {
	var room [maxText]byte
	b := room[:0]
	for len(b) < maxText {
		rest := c.rest()
		if c.failed {
			return string(b), true
		}
		rest = rest[:min(len(rest), maxText-len(b))]
		if i := bytes.IndexByte(rest, 0); i >= 0 {
			c.off += int64(i) + 1
			return string(append(b, rest[:i]...)), true
		}
		b = append(b, rest...)
		c.off += int64(len(rest))
	}
	return string(b), false
}

// length reads the length of a unit: 32 bits, or 64 behind 0xffffffff.
func (c *cursor) length() (n uint64, wide bool) {
	n = c.uint(4)
	if n == 0xffffffff {
		return c.uint(8), true
	}
	if n >= 0xfffffff0 {
		return c.fail(), false
	}
	return n, false
}
