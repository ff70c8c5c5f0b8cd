package proto

import (
	"math/bits"
	"strconv"

	"plait/event"
)

// resizable is a node whose width and sign can be set by a lens: NAME(T).
type resizable interface {
	node
	resized(sh shape) node
}

// rebased is a node that can be shown in another base.
type rebased interface {
	based(b event.Base) node
}

func (n *intNode) resized(sh shape) node      { return &intNode{sh, n.base} }
func (n *intNode) based(b event.Base) node    { return &intNode{n.sh, b} }
func (n *floatNode) based(b event.Base) node  { return &floatNode{n.size, b == event.Hex} }
func (n *enumNode) based(b event.Base) node   { return &intNode{n.sh, b} }
func (n *flagsNode) based(b event.Base) node  { return &intNode{n.sh, b} }
func (n *ptrNode) based(b event.Base) node    { return &ptrNode{base(n.elem, b), n.size} }
func (n *choiceNode) based(b event.Base) node { return plainBase(n.sh, b) }
func (n *lensNode) based(b event.Base) node   { return plainBase(n.shape(), b) }

// based of an address in hexadecimal is the address still.
func (n *addrNode) based(b event.Base) node {
	if b != event.Hex {
		return &intNode{n.shape(), b}
	}
	m := *n
	m.number = true
	return &m
}

// based of text in hexadecimal means bytes that are no text; guessed, that it
// may be none.
func (n *textNode) based(b event.Base) node {
	m := *n
	m.maybe = b == event.Guess
	m.data = b == event.Hex && n.unit == 1
	return &m
}

func plainBase(sh shape, b event.Base) node {
	return &intNode{shape{sh.size, sh.align, sh.signed, integer}, b}
}

// based of an array or struct shows each element so.
func (n *arrayNode) based(b event.Base) node {
	return &arrayNode{baseInside(n.elem, b), n.count, n.length, n.stop}
}

func (n *structNode) based(b event.Base) node {
	m := *n
	m.members = append([]memberNode(nil), n.members...)
	for i := range m.members {
		m.members[i].node = baseInside(m.members[i].node, b)
	}
	return &m
}

// base shows n in another base if it can be.
func base(n node, b event.Base) node {
	if r, ok := n.(rebased); ok {
		return r.based(b)
	}
	return n
}

// baseInside is base for a part of n: not through pointers, which may lead
// back to the whole.
func baseInside(n node, b event.Base) node {
	if _, ok := n.(*ptrNode); ok {
		return n
	}
	return base(n, b)
}

// setEntry is one name of a set.
type setEntry struct {
	name  string
	bits  uint64
	mask  uint64 // not 0: a field; group names its values
	shift uint
	group []setEntry
}

// Entries returns the names that n, an Enum or Flags, has for its values; false if it is
// neither.
func Entries(n node) ([]setEntry, bool) {
	switch n := n.(type) {
	case *enumNode:
		return n.entries, true
	case *flagsNode:
		return n.entries, true
	}
	return nil, false
}

// ValueIn returns the value of a name in n, or in what n points to; false if there is
// none.
func ValueIn(n node, name string) (uint64, bool) {
	if p, ok := n.(*ptrNode); ok {
		return ValueIn(p.elem, name)
	}
	entries, _ := Entries(n)
	return valueOf(entries, name)
}

func valueOf(entries []setEntry, name string) (uint64, bool) {
	for i := range entries {
		e := &entries[i]
		if e.name == name && e.mask == 0 {
			return e.bits, true
		}
		if v, ok := valueOf(e.group, name); ok {
			return v, true
		}
	}
	return 0, false
}

// enumNode is an integer with names for single values.
type enumNode struct {
	sh      shape
	base    event.Base
	want    string
	entries []setEntry
	byBits  map[uint64]int // index into entries, of large sets
}

// largeSet is from where on a map finds names.
const largeSet = 16

// Enum returns the integer type as, with names for its values; those without are shown
// in base b, with want ("O_???") as a remark.
func Enum(as node, b event.Base, want string, entries []setEntry) node {
	n := &enumNode{sh: as.shape(), base: b, want: want, entries: entries}
	if len(entries) > largeSet {
		n.byBits = make(map[uint64]int, len(entries))
		for i := len(entries) - 1; i >= 0; i-- {
			n.byBits[entries[i].bits&mask(8)] = i
		}
	}
	return n
}

func mask(size int) uint64 {
	if size >= 8 || size <= 0 {
		return ^uint64(0)
	}
	return 1<<(8*size) - 1
}

func (n *enumNode) shape() shape { return n.sh }

func (n *enumNode) resized(sh shape) node {
	m := *n
	m.sh = sh
	return &m
}

func (n *enumNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, n.sh.number(c, b))
}

func (n *enumNode) word(_ *call, word uint64) event.Value {
	word = n.sh.extend(word)
	v := event.Name{Want: n.want, Int: event.Int{Bits: word, Size: uint8(n.sh.size), Signed: n.sh.signed, Base: n.base}}
	i := n.find(word)
	if i >= 0 {
		v.Name = n.entries[i].name
		v.Negative = !n.sh.signed && n.sh.size < 8 && int64(n.entries[i].bits) < 0
	} else if n.base == event.Hex {
		v.Int.Bits, v.Int.Signed = word&mask(n.sh.size), false
		v.Negative = n.sh.signed && int64(word) < 0
	}
	return v
}

// find returns the entry of word, -1 if there is none. Numbers above the type's range in the table
// (0xffffffff for -1) are found as well.
func (n *enumNode) find(word uint64) int {
	m := mask(n.sh.size)
	if n.byBits != nil {
		for _, w := range [...]uint64{word, word & m, shape{size: n.sh.size, signed: true}.extend(word)} {
			if i, ok := n.byBits[w]; ok {
				return i
			}
		}
		return -1
	}
	for i := range n.entries {
		if n.entries[i].bits&m == word&m {
			return i
		}
	}
	return -1
}

// flagsNode is a set of bits and fields with names.
type flagsNode struct {
	sh      shape
	base    event.Base
	want    string
	entries []setEntry
}

// Flags returns the integer type as, a set of bits and fields with names; what has none
// is shown in base b, with want ("O_???") as a remark.
func Flags(as node, b event.Base, want string, entries []setEntry) node {
	return &flagsNode{as.shape(), b, want, entries}
}

func (n *flagsNode) shape() shape { return n.sh }

func (n *flagsNode) resized(sh shape) node {
	m := *n
	m.sh = sh
	return &m
}

func (n *flagsNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, n.sh.number(c, b))
}

func (n *flagsNode) word(_ *call, word uint64) event.Value {
	word = word & mask(n.sh.size)
	f := event.Flags{Rest: word, Base: n.base, Want: n.want, Bits: word, Size: uint8(n.sh.size)}
	var names [12]string
	got := names[:0]
	shifted := ""
	for i := range n.entries {
		name := n.entries[i].match(word, &f.Rest)
		if name != "" && n.entries[i].shift > 0 {
			shifted = name
		} else if name != "" {
			got = append(got, name)
		}
	}
	if shifted != "" { // behind the bits without a name
		f.Names = got
		if f.Rest != 0 {
			got = append(got, Unnamed(f))
			f.Rest = 0
		}
		got = append(got, shifted)
	}
	if len(got) > 0 {
		f.Names = append([]string(nil), got...)
	}
	return f
}

// match returns the name that e gives to a part of word, and takes that part
// out of rest.
func (e *setEntry) match(word uint64, rest *uint64) string {
	switch {
	case e.shift > 0:
		if field := word >> e.shift & e.mask; field != 0 {
			*rest &^= e.mask << e.shift
			return strconv.FormatUint(field, 10) + "<<" + e.name
		}
	case e.mask != 0:
		for i := range e.group {
			if e.group[i].bits&e.mask == word&e.mask && e.group[i].bits&^e.mask == 0 {
				*rest &^= e.mask
				return e.group[i].name
			}
		}
		if e.name != "" && word&e.mask != 0 {
			*rest &^= e.mask
			return "0x" + strconv.FormatUint(word&e.mask, 16) + " /* " + e.name + " */"
		}
	case e.bits == 0:
		if word == 0 {
			return e.name
		}
	case *rest&e.bits == e.bits:
		*rest &^= e.bits
		return e.name
	}
	return ""
}

// bitvecNode shows the numbers of the bits that are set in elem's bytes.
type bitvecNode struct{ node }

func (n *bitvecNode) word(c *call, word uint64) event.Value {
	size := n.node.shape().size
	var b [8]byte
	c.s.Arch.Order.PutUint64(b[:], word)
	return bitSet(b[:min(size, 8)])
}

func (n *bitvecNode) load(c *call, b []byte, _ uint64) event.Value {
	return bitSet(b)
}

// manyBits is a bitvec of an array of a dynamic length.
type manyBits struct{ *arrayNode }

// maxBitBytes bounds what is read of it: as many bits as there may be CPUs or
// descriptors in a set.
const maxBitBytes = 8192

func (n manyBits) at(c *call, addr uint64) event.Value {
	count, ok := n.wanted(c)
	size := uint64(n.elem.shape().size)
	if !ok || size == 0 || int64(count) < 0 {
		return event.Pointer{Addr: addr}
	}
	b := make([]byte, min(count, maxBitBytes/size)*size)
	if c.read(addr, b) < len(b) {
		return event.Unread{Addr: addr}
	}
	return bitSet(b)
}

// maxBits bounds how many numbers of a bit set are shown.
const maxBits = 1024

// bitSet is the set of bits in b, lowest byte first, or its complement if that
// is smaller.
func bitSet(b []byte) event.Value {
	ones := 0
	for _, x := range b {
		ones += bits.OnesCount8(x)
	}
	l := event.List{Set: true, Bits: true, Not: ones > 4*len(b)}
	for i := range 8 * len(b) {
		if (b[i/8]>>(i%8)&1 == 1) == l.Not {
			continue
		}
		if len(l.Items) == maxBits {
			l.Cut = true
			break
		}
		l.Items = append(l.Items, event.Int{Bits: uint64(i), Size: 4})
	}
	return l
}

// Unnamed is the text of the bits of f without a name.
func Unnamed(f event.Flags) string {
	if len(f.Names) > 0 || f.Want == "" {
		return "0x" + strconv.FormatUint(f.Rest, 16)
	}
	return "0x" + strconv.FormatUint(f.Rest, 16) + " /* " + f.Want + " */"
}
