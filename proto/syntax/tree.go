package syntax

// A Decl is one parsed item.
type Decl struct {
	Kind     string
	Name     string
	At       Pos
	Type     *Type // the result of a prototype; what a typedef stands for (nil: a forward declaration)
	Params   []*Param
	Variadic bool // ends in "..."
	NoReturn bool
	GoCall   bool    // uses Go's internal calling convention
	Errno    string  // "errno": a failed call sets errno; "errno?": it may set errno; "": unknown
	Named    []*Expr // parameters in the order in which they are shown
	Fails    *FailRule
	Frees    *Expr       // the block of memory that the call frees; nil: none
	Alloc    *Allocation // the block that it allocates; nil: none
	Set      SetOptions
	Entries  []*Entry
	Members  []*Member
	Packed   bool
	AtLeast  *Value // least number of bytes of a struct that can be decoded
	Size     *Value // bytes of a struct, if its members don't add up to it
	ShownAs  string // the only member that is shown, without braces
	Value    *Value
	Path     string // of an import

	Manual    string      // of an explain item: the page of the manual, "open(2)"; "" if it is not said
	Writes    *Writing    // of an explain item: what the call hands to stdio; nil: nothing
	Pure      bool        // of an explain item: the function computes
	Sentences []*Sentence // of an explain item
}

// A Writing is what a function adds to the buffer of a stream of stdio.
type Writing struct {
	Stream *Expr // a parameter, or stdout
	Bytes  *Expr
}

// A Sentence says what a call did. Result is what follows the first semicolon: it is true
// only if the call has returned and not failed.
type Sentence struct {
	At             Pos
	Text           string // as written
	Action, Result []Part
	Cond           *Expr // nil: always
}

// A Part is a piece of a sentence: text, or a slot for a value.
type Part struct {
	Text string
	Slot *Expr  // nil: Text
	Form string // how the value is written: "bytes"; "" if it is not said
}

// An Allocation is a block of memory that a function allocates.
type Allocation struct {
	Size  *Expr // nil or zero: as much as the text in it
	Block *Expr // its address; nil: the result
}

// A Param is one parameter.
type Param struct {
	at   Pos
	Dir  byte // 0, '+' or '='
	Type *Type
	Name string
	Cond *Expr
}

// A FailRule says which results mean that the call failed.
type FailRule struct {
	Op    byte // 0: those equal to Value; '!': those different; '<': those less
	Value *Value
}

// A Type is a parsed type: a word and its operands.
type Type struct {
	At      Pos
	Word    string
	Stars   int
	Args    []*Type  // in parentheses
	Length  *Expr    // in brackets, or the second operand of array
	Label   string   // the string in also
	Num     *Value   // the errno of after; the lowest bit of bits
	Count   *Value   // the number of bits in bits
	Base    *Type    // enum[T]
	Entries []*Entry // enum(…)
	On      *Expr    // switch
	Cases   []*Case
	Members []*Member // struct { … }
}

// A Case is one line of a switch.
type Case struct {
	at     Pos
	Labels []*Expr // none: default
	Dir    byte
	Type   *Type
}

// A Member is one member of a struct or union.
type Member struct {
	At   Pos
	More bool
	Off  *Value // nil: the offset that C gives it
	Type *Type
	Name string
	Cond *Expr
}

// SetOptions are the options between the name of a flags or enum item and its brace.
type SetOptions struct {
	Type *Type
	Base string // "", hex, octal, decimal
	Want string // the remark on values without a name, such as "O_???"
}

// An Entry is one line of flags or enum.
type Entry struct {
	At      Pos
	Word    string // "", include, mask or shift
	Name    string
	Value   *Value // nil: one more than the previous entry
	Mask    *Value
	Shift   *Value
	Group   []*Entry // the entries in braces after a mask
	Grouped bool     // there are such braces
}

// A Value is a number, perhaps with different numbers for some architectures.
type Value struct {
	Text  string
	Num   uint64
	archs []archValue
}

type archValue struct {
	arch, text string
	num        uint64
}

// On returns the number for the named architecture.
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
	Num  uint64 // a number's value; the N of argN and eltN
	X, Y *Expr

	Names []string // of OpFails, OpIn and OpMakes
}

// An Op is the operator of an expression, or the kind of its operand.
type Op uint8

const (
	OpInt Op = iota
	OpName
	OpArg
	OpElt
	OpResult
	OpDeref
	OpZero // X: an upper bound; may be nil
	OpMin
	OpAdd
	OpSub
	OpOr
	OpMul
	OpDiv
	OpAnd
	OpShift
	OpLess

	// Only in sentences.

	OpEqual
	OpUnequal
	OpGreater
	OpAtMost
	OpAtLeast
	OpBoth
	OpEither
	OpNot    // X
	OpText   // a string, beside OpEqual or OpUnequal
	OpLength // X: the bytes of a text, the elements of a list
	OpFails  // the call failed, by one of the errors Names if there are any
	OpIn     // the call is inside one of those that Names name
	OpMakes  // the call has made one of the system calls that Names name
)
