package arch

// A Kind is what an ABI needs to know of a number or pointer.
type Kind uint8

// The kinds of scalars.
const (
	Integer    Kind = iota // integers and pointers
	Wide                   // __int128
	Float                  // float and double
	LongDouble             // long double
	Quad                   // __float128
)

// A Scalar is a number or pointer in a value of a larger type, or the whole of it.
type Scalar struct {
	Kind      Kind
	Off, Size int
}

// A Type is what an ABI needs to know of the type of an argument or result.
type Type struct {
	Size    int
	Scalars []Scalar // none if Size is more than LargestInRegisters
	Packed  bool     // a member is not aligned as its type asks
	Complex bool     // it is one complex number, of two Scalars
}

// A Bank is a set of registers of one kind.
type Bank uint8

// The banks that values are passed in.
const (
	InInteger Bank = iota // integer registers
	InVector              // vector registers
	InFloat               // floating-point registers that hold nothing else: the x87's
)

// A Part is what one register holds of a value: bytes Off to Off+Size, in its lowest
// bytes.
type Part struct {
	Bank      Bank
	Off, Size int
}

// An abi says where arguments and results are, beyond the order of the registers.
type abi struct {
	LargestInRegisters int // bytes of the largest type that may be passed in registers

	argument, result func(t Type) (parts []Part, ok bool)

	VaListSize int // bytes of a va_list
	vaList     func(a *Arch, b []byte) VaList
}

// Argument says in which registers an argument of type t is passed, if there are
// enough left for all parts of it; ok is false if it is passed on the stack anyway.
func (a *Arch) Argument(t Type) (parts []Part, ok bool) { return a.argument(t) }

// Result says in which registers a result of type t comes back; ok is false if the
// caller has passed the address of room for it, which comes back instead.
func (a *Arch) Result(t Type) (parts []Part, ok bool) { return a.result(t) }

// A VaList tells where the arguments lie that are left in a va_list (stdarg(3)).
type VaList struct {
	ints, vecs savedRegisters
	stack      uint64 // address of the next argument on the stack
}

// savedRegisters are those that a variadic function has saved at its beginning.
type savedRegisters struct {
	base           uint64
	off, end, step int64 // of the next one, from base; behind the last one; between two
}

// VaList makes one of the VaListSize bytes of a va_list.
func (a *Arch) VaList(b []byte) VaList { return a.vaList(a, b) }

// Integer is the address of the next integer or pointer.
func (v *VaList) Integer() uint64 { return v.next(&v.ints) }

// Vector is the address of the next float or double.
func (v *VaList) Vector() uint64 { return v.next(&v.vecs) }

func (v *VaList) next(r *savedRegisters) uint64 {
	if r.off+r.step > r.end {
		return v.Memory(stackWord, stackWord)
	}
	r.off += r.step
	return r.base + uint64(r.off-r.step)
}

// stackWord is how arguments on the stack are aligned, at least.
const stackWord = 8

// Memory is the address of the next argument, if that is size bytes on the stack.
func (v *VaList) Memory(size, align int) uint64 {
	if align > stackWord {
		v.stack = (v.stack + 15) &^ 15
	}
	addr := v.stack
	v.stack += uint64(size+stackWord-1) &^ (stackWord - 1)
	return addr
}
