package decode

import (
	"errors"

	"plait/arch"
	"plait/event"
)

// A Prototype is a C function or system call: the types of its parameters and
// of its result, compiled. It may be used by one goroutine at a time.
type Prototype struct {
	Name     string
	NoReturn bool // the call never comes back
	// SetsErrno tells that a call that fails says why in errno. If MayKeepErrno, it may as
	// well leave there what was in it before.
	SetsErrno, MayKeepErrno bool
	Vague                   bool // the type of the result is not known: it is shown as what it looks like
	Guess                   bool // nothing is known: the arguments are plain words, or what they look like
	More                    bool // more arguments may follow, of which nothing is known
	File                    string
	Line                    int

	Arch   *arch.Arch
	Scope  Scope // nil: lenses find no types
	Params []Param
	Order  []int // indices of params as they are shown
	GoCall bool  // called as Go's own functions are
	Named  bool  // with their names, because the order is another
	Result Node
	Fails  *Failure
	ahead  int     // addresses that are passed in front of the parameters
	Unsaid *Unsaid // of the mangled name that it is made of; nil: nothing
	sret   bool    // the result goes to memory that a hidden first argument points to
	later  bool    // something is left to do at Return
	pack   packPlace
	packAt int // index of the parameter in whose place the variable arguments stand; or len(params)
}

// A Scope is where lenses find types by their names.
type Scope interface {
	// TypeNamed returns the type of that name; nil if there is none.
	TypeNamed(name string) Node
}

// packPlace says where a prototype's variable arguments are.
type packPlace uint8

const (
	packNone     packPlace = iota
	packEnd                // behind the parameters, by a format
	packVaList             // in the place of a va_list, by the format before it
	packSentinel           // in the place of the sentinel type
	packSystem             // in the place of the type system, by the system call's prototype
)

type Param struct {
	Name string
	Dir  byte // 0, '+' or '='
	Node Node
	Cond *Code
}

// Len is the number of parameters, shown or not, without variable arguments.
func (p *Prototype) Len() int { return len(p.Params) }

// TakesPack tells whether variable arguments are decoded.
func (p *Prototype) TakesPack() bool { return p.pack != packNone }

// Registers counts the parameters that travel in integer and in vector registers,
// or would if there were enough. Those that not every call has are not counted.
func (p *Prototype) Registers() (ints, floats int) { return p.registers(false) }

// registers is Registers, with those that not every call has, too, if they are wanted.
func (p *Prototype) registers(conditional bool) (ints, floats int) {
	if p.sret {
		ints++
	}
	for _, x := range p.Params {
		if x.Cond != nil && !conditional {
			continue
		}
		switch x.Node.shape().class {
		case integer:
			ints++
		case floating:
			floats++
		}
	}
	return ints, floats
}

// Failure tells from the result whether the call failed.
type Failure struct {
	Op  byte // 0: it is Num, '!': it is not, '<': it is less
	Num uint64
}

// Settle works out what does not change from call to call, once the parameters, their
// order and the result are there. The error is nil unless something follows arguments
// that nothing can follow.
func (p *Prototype) Settle() error {
	p.packAt = len(p.Params)
	for i, x := range p.Params {
		if x.Dir != 0 {
			p.Params[i].Node = outText(x.Node)
		}
		if _, void := x.Node.(voidNode); void {
			// ltrace.conf(5): a void among others is an argument not shown.
			p.Params[i].Node = &hiddenNode{newInt(wordType{4, true, event.Decimal}, p.Arch)}
		}
		x = p.Params[i]
		p.later = p.later || x.Dir != 0 || changes(x.Node)
		switch x.Node.(type) {
		case *formatNode:
			if p.pack == packNone {
				p.pack = packEnd
			}
		case *vaNode:
			if p.pack == packEnd {
				p.pack, p.packAt = packVaList, i
			}
		case *systemNode:
			p.pack, p.packAt, p.later = packSystem, i, true
		case *sentinelNode, *pairsNode:
			if p.pack == packNone {
				p.pack, p.packAt = packSentinel, i
			}
		}
	}
	_, p.Vague = p.Result.(evidentNode)
	if p.Result != nil && p.Result.shape().class == compound && !p.GoCall {
		_, inRegisters := p.Arch.Result(typeOf(p.Result, p.Arch))
		p.sret = !inRegisters
	}
	if p.pack == packSystem && p.packAt != len(p.Params)-1 {
		return errors.New("nothing can follow the arguments of a system call")
	}
	return nil
}

// changes tells whether a parameter without a direction may yet have one.
func changes(n Node) bool {
	switch n := n.(type) {
	case *choiceNode:
		for _, c := range n.cases {
			if c.Dir != 0 || changes(c.Node) {
				return true
			}
		}
		return n.other != nil && (n.other.Dir != 0 || changes(n.other.Node))
	case *formatNode:
		return n.scan
	}
	return false
}

// Agrees tells whether p, which is meant for another object's function of the same
// name, may be that of the function that q describes: p is a prototype that
// somebody wrote, and takes as many arguments in registers of each kind.
func (p *Prototype) Agrees(q *Prototype) bool {
	ints, floats := p.registers(true)
	ints2, floats2 := q.registers(true)
	derived := p.File == p.Name // of the mangled name
	return !derived && ints == ints2 && floats == floats2
}
