package proto

// A decl is one item as it is written.
type decl struct {
	kind     string
	name     string
	at       pos
	typ      *typeExpr // result; what a typedef stands for (nil: forward)
	params   []*param
	dots     bool // ends in "..."
	noReturn bool
	goCall   bool    // called as Go's own functions are
	errno    bool    // a failed call leaves its error in errno
	named    []*expr // parameters in the order in which they are shown
	fails    *failRule
	set      setOpts
	entries  []*entry
	members  []*member
	packed   bool
	atLeast  *value // bytes of a struct of which less is not decoded
	size     *value // bytes of a struct, where its members don't tell
	sole     string // the member that stands for the whole
	val      *value
	path     string // of an import
}

// A param is one parameter.
type param struct {
	at   pos
	dir  byte // 0, '+' or '='
	typ  *typeExpr
	name string
	cond *expr
}

// A failRule says which results mean failure.
type failRule struct {
	op  byte // 0: equal, '!': different, '<': less
	val *value
}

// A typeExpr is a type as it is written: a word and what belongs to it.
type typeExpr struct {
	at      pos
	word    string
	stars   int
	args    []*typeExpr // in parentheses
	length  *expr       // in brackets, or the second argument of array
	label   string      // the word of also
	num     *value      // the error of after; the lowest bit of bits
	count   *value      // how many bits
	base    *typeExpr   // enum[T]
	entries []*entry    // enum(…)
	on      *expr       // switch
	cases   []*caseExpr
	members []*member // struct { … }
}

// A caseExpr is one line of a switch.
type caseExpr struct {
	at     pos
	labels []*expr // empty: default
	dir    byte
	typ    *typeExpr
}

// A member is one member of a struct or union.
type member struct {
	at   pos
	more bool
	off  *value // nil: where C would put it
	typ  *typeExpr
	name string
	cond *expr
}

type setOpts struct {
	typ  *typeExpr
	base string // "", hex, octal, decimal
	want string // "O_???"
}

// An entry is one line of flags or enum.
type entry struct {
	at      pos
	word    string // "", include, mask or shift
	name    string
	val     *value // nil: one more than the one before
	mask    *value
	shift   *value
	group   []*entry // of a mask in braces
	grouped bool
}

// A value is a number, with others for some architectures.
type value struct {
	text  string
	num   uint64
	archs []archValue
}

type archValue struct {
	arch, text string
	num        uint64
}

// on returns the number for the architecture of that name.
func (v *value) on(arch string) uint64 {
	for _, a := range v.archs {
		if a.arch == arch {
			return a.num
		}
	}
	return v.num
}

// An expr is an expression over arguments, members and constants.
type expr struct {
	at   pos
	op   exprOp
	text string // of a name or number
	num  uint64 // of a number; N of argN, eltN
	x, y *expr
}

type exprOp uint8

const (
	opInt exprOp = iota
	opName
	opArg
	opElt
	opResult
	opDeref
	opZero // x: upper bound, may be nil
	opMin
	opAdd
	opSub
	opOr
	opMul
	opDiv
	opAnd
	opShift
	opLess
)
