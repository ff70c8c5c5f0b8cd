package arch

// A Kind is the kind of a number or pointer, as far as an ABI distinguishes them.
type Kind uint8

// The kinds of scalars.
const (
	Integer    Kind = iota // integers and pointers
	Int128                 // __int128
	Float                  // float and double
	LongDouble             // long double
	Float128               // __float128
)

// A Scalar is a number or pointer in a value, or the whole value. Off and Size are in
// bytes.
type Scalar struct {
	Kind      Kind
	Off, Size int
}

// A Type is what an ABI needs to know about the type of an argument or result.
type Type struct {
	Size    int      // bytes
	Scalars []Scalar // none if Size exceeds LargestInRegisters
	Packed  bool     // a member is less aligned than its type requires
	Complex bool     // one complex number, of two Scalars
}

// A Bank is a set of registers of one kind.
type Bank uint8

// The banks that values are passed in.
const (
	InInteger Bank = iota // integer registers
	InVector              // vector registers
	InFloat               // floating-point registers that hold nothing else: the x87's
)

// A Part is the part of a value in one register: the lowest bytes of the register are the
// value's bytes from Off to Off+Size.
type Part struct {
	Bank      Bank
	Off, Size int
}

// An abi tells where arguments and results are, apart from the order of the registers.
type abi struct {
	LargestInRegisters int // bytes of the largest type that may be passed in registers

	argument, result func(t Type) (parts []Part, ok bool)

	VaListSize int // bytes of a va_list
	vaList     func(a *Arch, b []byte) VaList
}

// Argument returns the parts in which registers pass an argument of type t, provided that
// enough registers remain for all of them. ok is false if it is always passed on the stack.
func (a *Arch) Argument(t Type) (parts []Part, ok bool) { return a.argument(t) }

// Result returns the parts in which registers return a result of type t. ok is false if the
// caller passes the address of memory for it, which is returned instead.
func (a *Arch) Result(t Type) (parts []Part, ok bool) { return a.result(t) }

// A VaList tells where the remaining arguments of a va_list (stdarg(3)) are.
type VaList struct {
	ints, vecs saveArea
	stack      uint64 // address of the next argument on the stack
}

// A saveArea is where a variadic function saved argument registers of one bank. Offsets
// count from base.
type saveArea struct {
	base     uint64
	off, end int64 // of the next register; after the last one
	step     int64 // from one register to the next
}

// VaList decodes a va_list of VaListSize bytes.
func (a *Arch) VaList(b []byte) VaList { return a.vaList(a, b) }

// Integer returns the address of the next argument, an integer or pointer.
func (v *VaList) Integer() uint64 { return v.next(&v.ints) }

// Vector returns the address of the next argument, a float or double.
func (v *VaList) Vector() uint64 { return v.next(&v.vecs) }

func (v *VaList) next(r *saveArea) uint64 {
	if r.off+r.step > r.end {
		return v.Stack(stackWord, stackWord)
	}
	r.off += r.step
	return r.base + uint64(r.off-r.step)
}

// stackWord is the least alignment of arguments on the stack, in bytes.
const stackWord = 8

// Stack returns the address of the next argument, which is passed on the stack, has size
// bytes and is aligned to align.
func (v *VaList) Stack(size, align int) uint64 {
	if align > stackWord {
		v.stack = (v.stack + 15) &^ 15
	}
	addr := v.stack
	v.stack += uint64(size+stackWord-1) &^ (stackWord - 1)
	return addr
}
