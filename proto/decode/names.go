package decode

import (
	"math/bits"
	"strconv"

	"plait/event"
)

// resizable is a node whose width and sign can be set: NAME(T).
type resizable interface {
	Node
	resized(sh shape) Node
}

// rebased is a node that can be shown in another base.
type rebased interface {
	based(b event.Base) Node
}

func (n *intNode) resized(sh shape) Node      { return &intNode{sh, n.base} }
func (n *intNode) based(b event.Base) Node    { return &intNode{n.sh, b} }
func (n *floatNode) based(b event.Base) Node  { return &floatNode{n.size, b == event.Hex} }
func (n *enumNode) based(b event.Base) Node   { return &intNode{n.sh, b} }
func (n *flagsNode) based(b event.Base) Node  { return &intNode{n.sh, b} }
func (n *ptrNode) based(b event.Base) Node    { return &ptrNode{base(n.elem, b), n.size} }
func (n *choiceNode) based(b event.Base) Node { return plainBase(n.sh, b) }
func (n *lensNode) based(b event.Base) Node   { return plainBase(n.shape(), b) }

// based of an address in hexadecimal still is an address.
func (n *addrNode) based(b event.Base) Node {
	if b != event.Hex {
		return &intNode{n.shape(), b}
	}
	m := *n
	m.number = true
	return &m
}

// based of text in hexadecimal means bytes that are not text; guessed, that they may
// not be.
func (n *textNode) based(b event.Base) Node {
	m := *n
	m.guess = b == event.Guess
	m.data = b == event.Hex && n.unit == 1
	return &m
}

func plainBase(sh shape, b event.Base) Node {
	return &intNode{shape{sh.size, sh.align, sh.signed, integer}, b}
}

// based of an array or struct shows each element in that base.
func (n *arrayNode) based(b event.Base) Node {
	return &arrayNode{baseInside(n.elem, b), n.count, n.length, n.stop, n.sh}
}

func (n *Struct) based(b event.Base) Node {
	if m := n.inBase[b]; m != nil { // a union of unions may have very many paths to it
		return m
	}
	m := *n
	m.inBase = nil
	m.Members = append([]Member(nil), n.Members...)
	for i := range m.Members {
		m.Members[i].Node = baseInside(m.Members[i].Node, b)
	}
	if n.done {
		if n.inBase == nil {
			n.inBase = map[event.Base]*Struct{}
		}
		n.inBase[b] = &m
	}
	return &m
}

// base returns n in another base, if it has one.
func base(n Node, b event.Base) Node {
	if r, ok := n.(rebased); ok {
		return r.based(b)
	}
	return n
}

// baseInside is base for a part of a type. It does not follow pointers, which may lead
// back to the whole.
func baseInside(n Node, b event.Base) Node {
	if _, ok := n.(*ptrNode); ok {
		return n
	}
	return base(n, b)
}

// An Entry is one name in flags or an enum.
type Entry struct {
	Name  string
	Bits  uint64
	Mask  uint64 // if not 0, the entry is a field and Group names its values
	Shift uint
	Group []Entry
}

// Entries returns the entries of n, which Enum or Flags made; false if n is another
// type.
func Entries(n Node) ([]Entry, bool) {
	switch n := n.(type) {
	case *enumNode:
		return n.entries, true
	case *flagsNode:
		return n.entries, true
	}
	return nil, false
}

// ValueIn returns the value of a name in n, or in what n points to; false if it has no
// such name.
func ValueIn(n Node, name string) (uint64, bool) {
	if p, ok := n.(*ptrNode); ok {
		return ValueIn(p.elem, name)
	}
	entries, _ := Entries(n)
	return valueOf(entries, name)
}

func valueOf(entries []Entry, name string) (uint64, bool) {
	for i := range entries {
		e := &entries[i]
		if e.Name == name && e.Mask == 0 {
			return e.Bits, true
		}
		if v, ok := valueOf(e.Group, name); ok {
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
	entries []Entry
	byBits  map[uint64]int // index into entries, if they are many
}

// largeSet is the number of entries above which a map finds names.
const largeSet = 16

// Enum returns the integer type as, with names for values. A value without a name is
// shown in base b, with the remark want ("O_???").
func Enum(as Node, b event.Base, want string, entries []Entry) Node {
	n := &enumNode{sh: as.shape(), base: b, want: want, entries: entries}
	if len(entries) > largeSet {
		n.byBits = make(map[uint64]int, len(entries))
		for i := len(entries) - 1; i >= 0; i-- {
			n.byBits[entries[i].Bits&mask(8)] = i
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

func (n *enumNode) resized(sh shape) Node {
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
		v.Name = n.entries[i].Name
		v.Negative = !n.sh.signed && n.sh.size < 8 && int64(n.entries[i].Bits) < 0
	} else if n.base == event.Hex {
		v.Int.Bits, v.Int.Signed = word&mask(n.sh.size), false
		v.Negative = n.sh.signed && int64(word) < 0
	}
	return v
}

// find returns the index of the entry for word; -1 if there is none. It also finds
// entries outside the range of the type, such as 0xffffffff for -1.
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
		if n.entries[i].Bits&m == word&m {
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
	entries []Entry
}

// Flags returns the integer type as, a set of named bits and fields. Bits without a
// name are shown in base b, with the remark want ("O_???") if there are no others.
func Flags(as Node, b event.Base, want string, entries []Entry) Node {
	return &flagsNode{as.shape(), b, want, entries}
}

func (n *flagsNode) shape() shape { return n.sh }

func (n *flagsNode) resized(sh shape) Node {
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
		if name != "" && n.entries[i].Shift > 0 {
			shifted = name
		} else if name != "" {
			got = append(got, name)
		}
	}
	if shifted != "" { // comes after the bits without a name
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

// match returns the name of the part of word that e describes, and clears that part
// in rest; "" if e does not apply.
func (e *Entry) match(word uint64, rest *uint64) string {
	switch {
	case e.Shift > 0:
		if field := word >> e.Shift & e.Mask; field != 0 {
			*rest &^= e.Mask << e.Shift
			return strconv.FormatUint(field, 10) + "<<" + e.Name
		}
	case e.Mask != 0:
		for i := range e.Group {
			if e.Group[i].Bits&e.Mask == word&e.Mask && e.Group[i].Bits&^e.Mask == 0 {
				*rest &^= e.Mask
				return e.Group[i].Name
			}
		}
		if e.Name != "" && word&e.Mask != 0 {
			*rest &^= e.Mask
			return "0x" + strconv.FormatUint(word&e.Mask, 16) + " /* " + e.Name + " */"
		}
	case e.Bits == 0:
		if word == 0 {
			return e.Name
		}
	case *rest&e.Bits == e.Bits:
		*rest &^= e.Bits
		return e.Name
	}
	return ""
}

// bitvecNode shows the numbers of the bits that are set in a value.
type bitvecNode struct{ Node }

func (n *bitvecNode) word(c *call, word uint64) event.Value {
	size := n.Node.shape().size
	var b [8]byte
	c.s.Arch.Order.PutUint64(b[:], word)
	return bitSet(b[:min(size, 8)])
}

func (n *bitvecNode) load(c *call, b []byte, _ uint64) event.Value {
	return bitSet(b)
}

// manyBits is a bitvec of an array of dynamic length.
type manyBits struct{ *arrayNode }

// maxBitBytes limits the bytes that are read of it, enough for the largest sets of
// CPUs and descriptors.
const maxBitBytes = 8192

func (n manyBits) at(c *call, addr uint64) event.Value {
	count, ok := n.wanted(c)
	size := uint64(n.elem.shape().size)
	if !ok || size == 0 || int64(count) < 0 {
		return event.Pointer{Addr: addr}
	}
	b := make([]byte, min(count, maxBitBytes/size)*size)
	if c.read(addr, b) < len(b) {
		return event.Unreadable{Addr: addr}
	}
	return bitSet(b)
}

// maxBits limits how many numbers of a bit set are shown.
const maxBits = 1024

// bitSet returns the set of bits in b, lowest byte first, or its complement if that is
// smaller.
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

// Unnamed returns the text for the bits of f without a name.
func Unnamed(f event.Flags) string {
	if len(f.Names) > 0 || f.Want == "" {
		return "0x" + strconv.FormatUint(f.Rest, 16)
	}
	return "0x" + strconv.FormatUint(f.Rest, 16) + " /* " + f.Want + " */"
}
