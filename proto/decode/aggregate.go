package decode

import (
	"errors"
	"fmt"

	"plait/arch"
	"plait/event"
)

// A Struct is a struct or union type. Declare and Place add its members in two passes,
// so that they may refer to one another.
type Struct struct {
	Members     []Member
	Size, align int  // 0 and 1 until members are placed
	end         int  // of the members placed so far
	atLeast     int  // bytes: NAME[n] with fewer is not decoded
	shownAs     int  // 1 + index of the only member that is shown; 0: all are
	done        bool // Finish was called
	Union       bool
	complex     bool // a complex number
	inBase      map[event.Base]*Struct
}

// A Member is a member of a Struct.
type Member struct {
	Name string
	Node Node
	Off  int
	more bool // only when verbose
	cond *Expr
}

// NewStruct returns a struct or union without members.
func NewStruct(union bool) *Struct { return &Struct{align: 1, Union: union} }

// Declare adds a member whose type is not known yet, so that conditions and lengths
// can name it. With more it is shown only if Limits.Verbose is set.
func (n *Struct) Declare(name string, more bool) {
	n.Members = append(n.Members, Member{Name: name, more: more})
}

// Place gives member i its type and an offset: at, unless that is negative, otherwise
// the one that C gives it after the previous member, without padding if packed. The
// error says why that is impossible.
func (n *Struct) Place(i int, x Node, at int, packed bool) error {
	if s, ok := x.(*Struct); ok && !s.done {
		return errors.New("a struct contains itself")
	}
	off, align := n.offset(x.shape(), at, packed)
	n.Members[i].Node, n.Members[i].Off = x, off
	n.end, n.align = max(n.end, off+x.shape().size), max(n.align, align)
	if n.end > MaxRead {
		return fmt.Errorf("a struct of more than %d bytes", MaxRead)
	}
	return nil
}

// offset returns the offset and alignment of the next member, which has shape sh.
func (n *Struct) offset(sh shape, at int, packed bool) (off, align int) {
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

// Restrict makes member i appear only if cond is not 0.
func (n *Struct) Restrict(i int, cond *Expr) { n.Members[i].cond = cond }

// Finish completes the layout after the last member.
func (n *Struct) Finish() {
	n.Size = (n.end + n.align - 1) / n.align * n.align
	n.done = true
}

// Grow sets the size of a finished struct, in bytes. It returns false if that is less
// than its members need, or too much.
func (n *Struct) Grow(size uint64) bool {
	if size < uint64(n.Size) && n.done || size > MaxRead {
		return false
	}
	n.Size = int(size)
	return true
}

// SetShownAs makes the named member the only one that is shown, without braces; false
// if there is no such member.
func (n *Struct) SetShownAs(name string) bool {
	n.shownAs = n.Index(name) + 1
	return n.shownAs > 0
}

// SetAtLeast sets the least number of bytes that Part decodes.
func (n *Struct) SetAtLeast(bytes uint64) { n.atLeast = int(min(bytes, MaxRead)) }

// Len returns the number of members.
func (n *Struct) Len() int { return len(n.Members) }

// ValueIn returns the value of a name in the flags and enums of the members placed so
// far; false if none has it.
func (n *Struct) ValueIn(name string) (uint64, bool) {
	for i := range n.Members {
		if v, ok := ValueIn(n.Members[i].Node, name); ok {
			return v, true
		}
	}
	return 0, false
}

// Index returns the index of the named member; -1 if there is none.
func (n *Struct) Index(name string) int {
	for j := range n.Members {
		if n.Members[j].Name == name {
			return j
		}
	}
	return -1
}

func (n *Struct) shape() shape { return shape{n.Size, n.align, false, compound} }

// word decodes a struct that fits in a register.
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
	if n.shownAs > 0 {
		n.field(c, &r, &n.Members[n.shownAs-1], b, addr)
	} else {
		for i := range n.Members {
			n.field(c, &r, &n.Members[i], b, addr)
		}
	}
	c.frame = f.up
	if n.shownAs > 0 && len(r.Fields) == 1 {
		return r.Fields[0].Value
	}
	return r
}

// field appends member m to r, if it is to be shown.
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

// arrayNode is an array. Its length is dynamic unless count is set.
type arrayNode struct {
	elem   Node
	count  int
	length *Expr
	stop   bool // at the first zero element
	sh     shape
}

// Array returns an array type. If length is a constant the array has a size. The error
// says why there can't be such an array.
func Array(elem Node, length *Expr) (Node, error) {
	if s, ok := elem.(*Struct); ok && !s.done {
		return nil, errors.New("an array inside of its own element")
	}
	sh := elem.shape()
	n := &arrayNode{elem: elem, stop: length.op == opZero, sh: shape{0, sh.align, false, compound}}
	if length.op != opConst {
		n.length = length
		return n, nil
	}
	if length.num > MaxRead || sh.size*int(length.num) > MaxRead {
		return nil, fmt.Errorf("an array of more than %d bytes", MaxRead)
	}
	n.count = int(length.num)
	n.sh.size = n.count * sh.size
	return n, nil
}

func (n *arrayNode) shape() shape { return n.sh }

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

// wanted returns the number of elements as far as it is known before reading them;
// false if it can't be computed.
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

// list decodes the elements in b, at most as many as the limits allow.
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

// choiceNode is one of several types, selected by the value of an expression.
type choiceNode struct {
	on    *Expr
	cases []Case
	other *Case // the default; nil: a word
	sh    shape
	out   bool // a case has a direction, or is such a choice
}

// A Case is one of the types of a choice.
type Case struct {
	Nums []uint64 // nil: the default
	Dir  byte     // of a parameter, as in Param
	Node Node
}

// Choice returns a type that is the type of the case with the value of on, as it is on
// a. If no case has the value and there is no default, it is a word.
func Choice(on *Expr, cases []Case, a *arch.Arch) Node {
	n := &choiceNode{on: on}
	for _, c := range cases {
		n.add(c)
	}
	if n.sh.size == 0 {
		n.sh = shape{a.PtrSize, a.PtrSize, false, integer}
	}
	return n
}

// add appends a case. A choice is as large as its largest case.
func (n *choiceNode) add(c Case) {
	n.out = n.out || c.Dir != 0 || changes(c.Node)
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

// plainWord is the type of a word whose type is unknown.
var plainWord = &intNode{shape{8, 8, false, integer}, event.Hex}

func (n *choiceNode) shape() shape { return n.sh }

// is32 reports whether v is a number of 32 bits, perhaps sign-extended.
func is32(v uint64) bool { return v>>32 == 0 || int64(v)>>31 == -1 }

func (n *choiceNode) pick(c *call) (Node, byte) {
	v, ok := n.on.eval(c)
	if ok {
		for i := range n.cases {
			for _, num := range n.cases[i].Nums {
				// A 32-bit selector may be sign-extended.
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

// choose follows choices to the type that applies in this call, and its direction. It
// returns nil if nothing is to be shown.
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
