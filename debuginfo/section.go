package debuginfo

import (
	"encoding/binary"
	"io"
)

// Sections returns a section of debugging information by its name, such as
// ".debug_info", and its size; nil if there is none.
type Sections func(name string) (r io.ReaderAt, size int64)

// Pages of sections that are kept.
const (
	pageSize  = 16 << 10
	smallPage = 256 // of one unit only the beginning is read
	maxPages  = 256 // of one section
)

// A section is read page by page.
type section struct {
	r     io.ReaderAt
	size  int64
	grain int64 // bytes of a page
	pages map[int64][]byte
}

func newSection(sections Sections, name string) *section {
	s := &section{pages: map[int64][]byte{}, grain: pageSize}
	if sections != nil {
		s.r, s.size = sections(name)
	}
	if s.r == nil {
		s.size = 0
	}
	return s
}

// page is the page with the byte at off, and where it begins.
func (s *section) page(off int64) ([]byte, int64) {
	start := off / s.grain * s.grain
	if p, ok := s.pages[start]; ok {
		return p, start
	}
	if len(s.pages) >= maxPages {
		clear(s.pages)
	}
	p := make([]byte, min(s.grain, s.size-start))
	n, _ := s.r.ReadAt(p, start)
	s.pages[start] = p[:n]
	return p[:n], start
}

// inSmall runs f, which reads a little in many places, with small pages.
func (s *section) inSmall(f func()) {
	s.grain = smallPage
	clear(s.pages)
	f()
	s.grain = pageSize
	clear(s.pages)
}

// A cursor reads a section from off on. Behind the end, at what can't be read
// and after anything that makes no sense it is bad, and reads zeros.
type cursor struct {
	s    *section
	off  int64
	bad  bool
	page []byte
	from int64 // where page begins
}

func (s *section) at(off int64) cursor { return cursor{s: s, off: off} }

func (c *cursor) fail() uint64 {
	c.bad = true
	return 0
}

func (c *cursor) byte() byte {
	i := c.off - c.from
	if c.page == nil || i < 0 || i >= int64(len(c.page)) {
		if c.bad || c.off < 0 || c.off >= c.s.size {
			c.bad = true
			return 0
		}
		c.page, c.from = c.s.page(c.off)
		if i = c.off - c.from; i >= int64(len(c.page)) {
			c.bad = true
			return 0
		}
	}
	c.off++
	return c.page[i]
}

// uint reads a number of n bytes, at most 8.
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

// offset reads an offset into a section: of 4 bytes, or 8 in 64-bit DWARF.
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
		if b < 0x80 || c.bad {
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
		if b < 0x80 || c.bad {
			if shift+7 < 64 && b&0x40 != 0 {
				n |= -1 << (shift + 7)
			}
			return n
		}
	}
}

func (c *cursor) skip(n uint64) {
	if n > uint64(c.s.size) {
		c.bad = true
		return
	}
	c.off += int64(n)
}

// maxText bounds a name.
const maxText = 1 << 12

// text reads a string up to its NUL; what is too long is cut.
func (c *cursor) text() string {
	s, whole := c.prefix()
	for !whole && c.byte() != 0 && !c.bad {
	}
	return s
}

// prefix reads what is kept of a string, and tells whether that is all of it, with its
// NUL.
func (c *cursor) prefix() (s string, whole bool) {
	var room [maxText]byte
	b := room[:0]
	for len(b) < maxText {
		x := c.byte()
		if x == 0 || c.bad {
			return string(b), true
		}
		b = append(b, x)
	}
	return string(b), false
}

// unit length: 32 bits, or 64 behind 0xffffffff.
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
