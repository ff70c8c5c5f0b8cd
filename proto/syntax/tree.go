package syntax

// A Decl is one item as it is written.
type Decl struct {
	Kind     string
	Name     string
	At       Pos
	Type     *Type // result; what a typedef stands for (nil: forward)
	Params   []*Param
	Variadic bool // ends in "..."
	NoReturn bool
	GoCall   bool    // called as Go's own functions are
	Errno    string  // "errno": a failed call leaves its error there; "errno?": or what was there; "": neither is known
	Named    []*Expr // parameters in the order in which they are shown
	Fails    *FailRule
	Set      SetOptions
	Entries  []*Entry
	Members  []*Member
	Packed   bool
	AtLeast  *Value // bytes of a struct of which less is not decoded
	Size     *Value // bytes of a struct, where its members don't tell
	Sole     string // the member that stands for the whole
	Value    *Value
	Path     string // of an import
}

// A Param is one parameter.
type Param struct {
	at   Pos
	Dir  byte // 0, '+' or '='
	Type *Type
	Name string
	Cond *Expr
}

// A FailRule says which results mean failure.
type FailRule struct {
	Op    byte // 0: equal, '!': different, '<': less
	Value *Value
}

// A Type is a type as it is written: a word and what belongs to it.
type Type struct {
	At      Pos
	Word    string
	Stars   int
	Args    []*Type  // in parentheses
	Length  *Expr    // in brackets, or the second argument of array
	Label   string   // the word of also
	Num     *Value   // the error of after; the lowest bit of bits
	Count   *Value   // how many bits
	Base    *Type    // enum[T]
	Entries []*Entry // enum(…)
	On      *Expr    // switch
	Cases   []*Case
	Members []*Member // struct { … }
}

// A Case is one line of a switch.
type Case struct {
	at     Pos
	Labels []*Expr // empty: default
	Dir    byte
	Type   *Type
}

// A Member is one member of a struct or union.
type Member struct {
	At   Pos
	More bool
	Off  *Value // nil: where C would put it
	Type *Type
	Name string
	Cond *Expr
}

// SetOptions are what stands behind the name of flags or enum.
type SetOptions struct {
	Type *Type
	Base string // "", hex, octal, decimal
	Want string // "O_???"
}

// An Entry is one line of flags or enum.
type Entry struct {
	At      Pos
	Word    string // "", include, mask or shift
	Name    string
	Value   *Value // nil: one more than the one before
	Mask    *Value
	Shift   *Value
	Group   []*Entry // of a mask in braces
	Grouped bool
}

// A Value is a number, with others for some architectures.
type Value struct {
	Text  string
	Num   uint64
	archs []archValue
}

type archValue struct {
	arch, text string
	num        uint64
}

// On returns the number for the architecture of that name.
func (v *Value) On(arch string) uint64 {
	for _, a := range v.archs {
		if a.arch == arch {
			return a.num
		}
	}
	return v.Num
}

// An Expr is an expression over arguments, members and constants.
type Expr struct {
	At   Pos
	Op   Op
	Text string // of a name or number
	Num  uint64 // of a number; N of argN, eltN
	X, Y *Expr
}

// An Op says what an expression is.
type Op uint8

const (
	OpInt Op = iota
	OpName
	OpArg
	OpElt
	OpResult
	OpDeref
	OpZero // X: upper bound, may be nil
	OpMin
	OpAdd
	OpSub
	OpOr
	OpMul
	OpDiv
	OpAnd
	OpShift
	OpLess
)
