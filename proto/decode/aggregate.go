package decode

import (
	"errors"
	"fmt"

	"plait/arch"
	"plait/event"
)

// Struct is a struct or union.
type Struct struct {
	Members     []Member
	Size, align int  // 0 and 1 until it is laid out
	end         int  // of the members that are laid out
	least       int  // of NAME[n]: with less it is not decoded
	sole        int  // index of the member that stands for the whole, from 1; 0: none
	done        bool // laid out
	Union       bool
	complex     bool // of two floating-point numbers
}

type Member struct {
	Name string
	Node Node
	Off  int
	more bool // only when verbose
	cond *Code
}

// NewStruct returns a struct, or union, without members.
func NewStruct(union bool) *Struct { return &Struct{align: 1, Union: union} }

// Declare adds a member whose type is not known yet, so that conditions and lengths
// may name it. More says that it is shown only when verbose.
func (n *Struct) Declare(name string, more bool) {
	n.Members = append(n.Members, Member{Name: name, more: more})
}

// Place gives member i its type and lays it out behind the one before, as C does: at
// offset at, unless that is negative; packed without a gap. The error says why it
// can't be.
func (n *Struct) Place(i int, x Node, at int, packed bool) error {
	if s, ok := x.(*Struct); ok && !s.done {
		return errors.New("a struct contains itself")
	}
	off, align := n.spot(x.shape(), at, packed)
	n.Members[i].Node, n.Members[i].Off = x, off
	n.end, n.align = max(n.end, off+x.shape().size), max(n.align, align)
	if n.end > MaxRead {
		return fmt.Errorf("a struct of more than %d bytes", MaxRead)
	}
	return nil
}

// spot is where the next member, of shape sh, lies and how it is aligned.
func (n *Struct) spot(sh shape, at int, packed bool) (off, align int) {
	align = max(1, sh.align)
	switch {
	case at >= 0 && min(at, MaxRead)%align != 0:
		return min(at, MaxRead), 1
	case at >= 0:
		return min(at, MaxRead), align
	case n.Union && packed:
		return 0, 1
	case n.Union:
		return 0, align
	case packed:
		return n.end, 1
	}
	return (n.end + align - 1) / align * align, align
}

// Restrict shows member i only if cond is not 0.
func (n *Struct) Restrict(i int, cond *Code) { n.Members[i].cond = cond }

// Finish ends the struct: no member follows.
func (n *Struct) Finish() {
	n.Size = (n.end + n.align - 1) / n.align * n.align
	n.done = true
}

// Grow gives a struct that is finished more bytes than its members have; false if
// they have more, or these are too many.
func (n *Struct) Grow(size uint64) bool {
	if size < uint64(n.Size) && n.done || size > MaxRead {
		return false
	}
	n.Size = int(size)
	return true
}

// SetSole lets the member of that name stand for the whole; false if there is none.
func (n *Struct) SetSole(name string) bool {
	n.sole = n.Index(name) + 1
	return n.sole > 0
}

// SetLeast is for structs of which the caller says how much there is: with less than
// so many bytes they are not decoded.
func (n *Struct) SetLeast(bytes uint64) { n.least = int(min(bytes, MaxRead)) }

// Len returns how many members n has.
func (n *Struct) Len() int { return len(n.Members) }

// ValueIn returns the value of a name in the sets of n's members, as far as they are
// laid out; false if there is none.
func (n *Struct) ValueIn(name string) (uint64, bool) {
	for i := range n.Members {
		if v, ok := ValueIn(n.Members[i].Node, name); ok {
			return v, true
		}
	}
	return 0, false
}

// Index returns which member has that name; -1 if none.
func (n *Struct) Index(name string) int {
	for j := range n.Members {
		if n.Members[j].Name == name {
			return j
		}
	}
	return -1
}

func (n *Struct) shape() shape { return shape{n.Size, n.align, false, compound} }

// word decodes a struct that a register holds whole.
func (n *Struct) word(c *call, bits uint64) event.Value {
	var b [8]byte
	c.s.Arch.Order.PutUint64(b[:], bits)
	if n.Size > len(b) {
		return event.Pointer{Addr: bits}
	}
	return n.load(c, b[:n.Size], 0)
}

func (n *Struct) load(c *call, b []byte, addr uint64) event.Value {
	f := frame{n, b, addr, c.frame}
	c.frame = &f
	r := event.Record{Fields: make([]event.Field, 0, len(n.Members))}
	if n.sole > 0 {
		n.field(c, &r, &n.Members[n.sole-1], b, addr)
	} else {
		for i := range n.Members {
			n.field(c, &r, &n.Members[i], b, addr)
		}
	}
	c.frame = f.up
	if n.sole > 0 && len(r.Fields) == 1 {
		return r.Fields[0].Value
	}
	return r
}

// field appends member m to r unless it is not to be shown.
func (n *Struct) field(c *call, r *event.Record, m *Member, b []byte, addr uint64) {
	size := m.Node.shape().size
	if m.Off+size > len(b) {
		return
	}
	if m.more && !c.s.Limits.Verbose {
		r.Cut = true
		return
	}
	if m.cond != nil {
		if v, ok := m.cond.eval(c); ok && v == 0 {
			return
		}
	}
	inner, _ := c.choose(m.Node, 0)
	if inner == nil || !c.spend() {
		return
	}
	v := inner.load(c, b[m.Off:m.Off+size], addr+uint64(m.Off))
	r.Fields = append(r.Fields, event.Field{Name: m.Name, Value: v})
}

// arrayNode is an array; of a dynamic length unless count is set.
type arrayNode struct {
	elem   Node
	count  int
	length *Code
	stop   bool // at the first zero element
}

// Array returns an array of a length, of which a number is known before the call. The
// error says why it can't be.
func Array(elem Node, length *Code) (Node, error) {
	if s, ok := elem.(*Struct); ok && !s.done {
		return nil, errors.New("an array inside of its own element")
	}
	n := &arrayNode{elem: elem, stop: length.op == opZero}
	if length.op != opConst {
		n.length = length
		return n, nil
	}
	if length.num > MaxRead || elem.shape().size*int(length.num) > MaxRead {
		return nil, fmt.Errorf("an array of more than %d bytes", MaxRead)
	}
	n.count = int(length.num)
	return n, nil
}

func (n *arrayNode) shape() shape {
	sh := n.elem.shape()
	return shape{n.count * sh.size, sh.align, false, compound}
}

func (n *arrayNode) word(_ *call, bits uint64) event.Value { return event.Pointer{Addr: bits} }

func (n *arrayNode) load(c *call, b []byte, addr uint64) event.Value {
	size := n.elem.shape().size
	if size == 0 {
		return event.List{}
	}
	return n.list(c, b, addr, uint64(len(b)/size))
}

// at reads as many elements as are shown, and one more to find the end.
func (n *arrayNode) at(c *call, addr uint64) event.Value {
	size := n.elem.shape().size
	count, known := n.wanted(c)
	if size == 0 || !known || int64(count) < 0 {
		return event.Pointer{Addr: addr}
	}
	if count == 0 {
		return event.List{}
	}
	show := min(count, uint64(c.items())+1, MaxRead/uint64(size))
	b := make([]byte, show*uint64(size))
	got := c.read(addr, b) / size
	if got == 0 {
		return event.Unreadable{Addr: addr}
	}
	l := n.list(c, b[:got*size], addr, count)
	if uint64(got) < show && !n.ended(b[:got*size], size) {
		l.Rest = addr + uint64(got*size)
	}
	return l
}

// wanted is the number of elements, as far as it is known before they are read.
func (n *arrayNode) wanted(c *call) (uint64, bool) {
	if n.length == nil {
		return uint64(n.count), true
	}
	if n.stop && n.length.x == nil {
		return 1 << 32, true
	}
	return n.length.eval(c)
}

func (n *arrayNode) ended(b []byte, size int) bool {
	if !n.stop {
		return false
	}
	for ; len(b) >= size; b = b[size:] {
		if allZero(b[:size]) {
			return true
		}
	}
	return false
}

// list decodes the elements in b, at most as many as the limits allow, of an
// array of count.
func (n *arrayNode) list(c *call, b []byte, addr uint64, count uint64) event.List {
	size := n.elem.shape().size
	have := len(b) / size
	l := event.List{Items: make([]event.Value, 0, min(have, c.items()))}
	for i := range have {
		e := b[i*size : (i+1)*size]
		if n.stop && allZero(e) {
			return l
		}
		if i == c.items() || !c.spend() {
			l.Cut = true
			return l
		}
		l.Items = append(l.Items, n.elem.load(c, e, addr+uint64(i*size)))
	}
	return l
}

func allZero(b []byte) bool {
	for _, x := range b {
		if x != 0 {
			return false
		}
	}
	return true
}

// choiceNode is one of several types, by the value of an expression.
type choiceNode struct {
	on    *Code
	cases []Case
	other *Case // default; nil: an address-sized number
	sh    shape
}

// A Case is one of the types of a choice.
type Case struct {
	Nums []uint64 // nil: all others
	Dir  byte     // of a parameter, as param.dir
	Node Node
}

// Choice returns the type that is that of the case which has the value of on, as it is
// on a. Without a case for all others, it is a word then.
func Choice(on *Code, cases []Case, a *arch.Arch) Node {
	n := &choiceNode{on: on}
	for _, c := range cases {
		n.add(c)
	}
	if n.sh.size == 0 {
		n.sh = shape{a.PtrSize, a.PtrSize, false, integer}
	}
	return n
}

// add appends a case; the choice is as large as its largest one.
func (n *choiceNode) add(c Case) {
	if len(c.Nums) == 0 {
		n.other = &c
	} else {
		n.cases = append(n.cases, c)
	}
	sh := c.Node.shape()
	if sh.class == compound {
		n.sh.class = compound
	}
	if sh.size > n.sh.size {
		n.sh.size, n.sh.signed = sh.size, sh.signed
	}
	n.sh.align = max(n.sh.align, sh.align)
}

// plainWord is what a word without a type is shown as.
var plainWord = &intNode{shape{8, 8, false, integer}, event.Hex}

func (n *choiceNode) shape() shape { return n.sh }

// is32 tells whether v is a number of 32 bits, perhaps sign-extended.
func is32(v uint64) bool { return v>>32 == 0 || int64(v)>>31 == -1 }

func (n *choiceNode) pick(c *call) (Node, byte) {
	v, ok := n.on.eval(c)
	if ok {
		for i := range n.cases {
			for _, num := range n.cases[i].Nums {
				// 32-bit selectors may have come sign-extended.
				if num == v || uint32(num) == uint32(v) && is32(num) && is32(v) {
					return n.cases[i].Node, n.cases[i].Dir
				}
			}
		}
	}
	if n.other != nil {
		return n.other.Node, n.other.Dir
	}
	return plainWord, 0
}

func (n *choiceNode) word(c *call, bits uint64) event.Value {
	inner, _ := c.choose(n, 0)
	if inner == nil {
		return event.Pointer{Addr: bits}
	}
	return inner.word(c, bits)
}

func (n *choiceNode) load(c *call, b []byte, addr uint64) event.Value {
	inner, _ := c.choose(n, 0)
	if inner == nil {
		return event.Record{}
	}
	if size := inner.shape().size; size < len(b) {
		b = b[:size]
	}
	return inner.load(c, b, addr)
}

// choose follows choices down to the type that applies now and its direction.
// It is nil if nothing is to be shown.
func (c *call) choose(n Node, dir byte) (Node, byte) {
	for {
		switch x := n.(type) {
		case *choiceNode:
			var d byte
			if n, d = x.pick(c); d != 0 {
				dir = d
			}
		case *hiddenNode:
			return nil, 0
		default:
			return n, dir
		}
	}
}
