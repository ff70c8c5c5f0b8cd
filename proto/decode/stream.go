package decode

import "plait/event"

// A streamNode is FILE *. A standard stream has a name. If descriptors are described,
// word reads the stream's from the C library's struct: that is private, but its layout
// is part of the ABI in practice and has not changed.
type streamNode struct{ addrNode }

// The layout of FILE in 64-bit libraries: glibc, whose flags contain a magic number
// (_IO_MAGIC), and musl, which has eight flags.
const (
	glibcMagic = 0xfbad0000
	magicMask  = 0xffff0000
	glibcFD    = 112
	muslFlags  = 0xff
	muslFD     = 120
)

func (n *streamNode) word(c *call, bits uint64) event.Value {
	p := event.Pointer{Addr: n.shape().extend(bits)}
	if c.s.Stream != nil && p.Addr != 0 && c.spend() {
		p.Symbol = c.s.Stream(p.Addr)
	}
	if c.s.File == nil || p.Addr == 0 || n.size != 8 || !c.spend() {
		return p
	}
	flags, ok := c.s.Word(p.Addr, 4)
	at := uint64(glibcFD)
	switch {
	case !ok || flags&magicMask != glibcMagic && flags&^muslFlags != 0:
		return p
	case flags&^muslFlags == 0:
		at = muslFD
	}
	if num, ok := c.s.Word(p.Addr+at, 4); ok && int32(num) >= 0 {
		fd := c.s.Descriptor(int(int32(num)))
		p.Stream = &fd
	}
	return p
}

func (n *streamNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, n.shape().number(c, b))
}
