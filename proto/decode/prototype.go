package decode

import (
	"errors"
	"slices"

	"plait/arch"
	"plait/event"
)

// A Prototype is the compiled prototype of a function or system call: the types of its
// parameters and of its result. One goroutine at a time may use it.
type Prototype struct {
	Name     string
	NoReturn bool // the call never returns
	// SetsErrno says that a failed call sets errno; with MayKeepErrno it may also leave
	// errno unchanged.
	SetsErrno, MayKeepErrno bool
	ResultGuess             bool // the type of the result is guessed from its value
	Guess                   bool // the prototype is unknown: the arguments are guessed
	MoreArgs                bool // more arguments may follow, which are unknown
	File                    string
	Line                    int

	Arch           *arch.Arch
	Scope          Scope // nil: lenses find no types
	Params         []Param
	Order          []int // indices of Params in the order in which they are shown
	GoCall         bool  // uses Go's internal calling convention
	Named          bool  // arguments are shown with names, because Order is not the order of Params
	Result         Node
	Fails          *Failure
	Heap           *Heap      // the blocks of memory that the call allocates and frees; nil: none
	hiddenArgs     int        // addresses that are passed before the parameters
	Ambiguity      *Ambiguity // of the mangled name that the prototype is derived from; nil: none
	resultInMemory bool       // the result is stored where a hidden first argument points
	later          bool       // Return has arguments to complete
	varargs        varargsKind
	varargsAt      int // index of the parameter that the variable arguments replace, or len(Params)
}

// A Scope is where lenses find types by their names.
type Scope interface {
	// TypeNamed returns the named type; nil if there is none.
	TypeNamed(name string) Node
}

// A varargsKind says where a prototype's variable arguments are.
type varargsKind uint8

const (
	noVarargs       varargsKind = iota
	formatVarargs               // after the parameters; a format gives their types
	vaListVarargs               // in a va_list; the format before it gives their types
	sentinelVarargs             // where a parameter of type sentinel or pairs is
	systemVarargs               // where a parameter of type system is; the system call's prototype gives their types
)

// A Param is a compiled parameter.
type Param struct {
	Name string
	Dir  byte // 0: in, '+': out, '=': in and out
	Node Node
	Cond *Expr // if not nil, calls in which it is 0 don't have the parameter
}

// Len returns the number of parameters, shown or not, without variable arguments.
func (p *Prototype) Len() int { return len(p.Params) }

// DecodesVarargs reports whether variable arguments are decoded.
func (p *Prototype) DecodesVarargs() bool { return p.varargs != noVarargs }

// Registers returns how many parameters are passed in integer and in vector registers,
// or would be if there were enough. It does not count conditional parameters.
func (p *Prototype) Registers() (ints, floats int) { return p.registers(false) }

// registers is Registers, which optionally counts conditional parameters as well.
func (p *Prototype) registers(conditional bool) (ints, floats int) {
	if p.resultInMemory {
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

// Covers reports whether a function that reads these numbers of argument registers may have
// p: p fills as many of each kind. Variable arguments and structs may fill any, and a mangled
// name says for itself what the function takes.
func (p *Prototype) Covers(ints, floats int) bool {
	if p.varargs != noVarargs || p.isDerived() || slices.ContainsFunc(p.Params, Param.isCompound) {
		return true
	}
	i, f := p.registers(true)
	return ints <= i && floats <= f
}

// isDerived reports whether p comes from its function's mangled name.
func (p *Prototype) isDerived() bool { return p.File == p.Name }

// isCompound reports whether how many registers x takes depends on its parts.
func (x Param) isCompound() bool {
	c := x.Node.shape().class
	return c != integer && c != floating
}

// A Failure says which results mean that the call failed.
type Failure struct {
	Op  byte // 0: those equal to Num; '!': those different; '<': those less
	Num uint64
}

// Prepare must be called once Params, Order and Result are set. It computes what is the
// same in all calls. It returns an error if a parameter follows one of type system.
func (p *Prototype) Prepare() error {
	p.varargsAt = len(p.Params)
	for i, x := range p.Params {
		if x.Dir != 0 {
			p.Params[i].Node = outText(x.Node)
		}
		if _, void := x.Node.(voidNode); void {
			// ltrace.conf(5): a void parameter among others is an argument that is not shown.
			p.Params[i].Node = &hiddenNode{newInt(wordType{4, true, event.Decimal}, p.Arch)}
		}
		x = p.Params[i]
		p.later = p.later || x.Dir != 0 || changes(x.Node)
		switch x.Node.(type) {
		case *formatNode:
			if p.varargs == noVarargs {
				p.varargs = formatVarargs
			}
		case *vaNode:
			if p.varargs == formatVarargs {
				p.varargs, p.varargsAt = vaListVarargs, i
			}
		case *systemNode:
			p.varargs, p.varargsAt, p.later = systemVarargs, i, true
		case *sentinelNode, *pairsNode:
			if p.varargs == noVarargs {
				p.varargs, p.varargsAt = sentinelVarargs, i
			}
		}
	}
	_, p.ResultGuess = p.Result.(guessNode)
	if p.Result != nil && p.Result.shape().class == compound && !p.GoCall {
		_, inRegisters := p.Arch.Result(typeOf(p.Result, p.Arch))
		p.resultInMemory = !inRegisters
	}
	if p.varargs == systemVarargs && p.varargsAt != len(p.Params)-1 {
		return errors.New("nothing can follow the arguments of a system call")
	}
	return nil
}

// changes reports whether a parameter without a direction may still get one, from a
// case or a format.
func changes(n Node) bool {
	switch n := n.(type) {
	case *choiceNode:
		return n.out
	case *formatNode:
		return n.scan
	}
	return false
}

// Agrees reports whether p, the prototype of a function of the same name in another
// object, may be the prototype of the function that q describes: it is not derived
// from a mangled name, and takes as many arguments in registers of each kind.
func (p *Prototype) Agrees(q *Prototype) bool {
	ints, floats := p.registers(true)
	ints2, floats2 := q.registers(true)
	return !p.isDerived() && ints == ints2 && floats == floats2
}
