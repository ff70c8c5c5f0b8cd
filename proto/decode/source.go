package decode

import (
	"io"

	"plait/arch"
	"plait/event"
)

// A Source is all that decoding may look at: the machine words of one call and
// the tracee's memory, while the tracee stands still. Int, Vector and Stack
// answer with the words as they were when the call began, also at Return.
type Source struct {
	Arch   *arch.Arch
	Kind   event.CallKind
	Int    func(i int) uint64       // integer argument register i (system call: argument i)
	Vector func(i int) [16]byte     // vector argument register i
	Go     func(i int) uint64       // integer argument register i of Go's own functions, when the call begins; nil: never known
	Stack  func(i int) uint64       // eightbyte i of the stack arguments
	Memory io.ReaderAt              // the tracee's; offsets are addresses
	Symbol func(addr uint64) string // "" if unknown; nil: never known
	Stream func(addr uint64) string // the variable that holds a FILE *, "" if it is none of stdin, stdout, stderr; nil: never known
	Place  func(addr uint64) Place  // what lies at an address; nil: never known
	File   func(fd int) event.FD    // what a descriptor stands for; nil: only its number is wanted
	Link   func(index int) string   // the name of a network interface, "" if unknown; nil: never known
	// Netlink is the protocol that a netlink socket speaks (netlink(7)), -1 if
	// that is unknown; ok is false of all else. nil: never known.
	Netlink func(fd int) (protocol int, ok bool)
	// Device is the major number of the character device that a descriptor
	// stands for; ok is false of all else. nil: never known.
	Device func(fd int) (major uint32, ok bool)
	PID    func(pid int) event.PID           // whom a process number means; nil: only the number is wanted
	Call   func(audit uint32, nr int) string // what a system call is called, "" if unknown; nil: never known
	// Floats is in how many vector registers the caller of a variadic function says
	// that there are arguments; nil: never known.
	Floats func() int
	// System is what is known of a system call, by its name or its number in decimal;
	// nil: nothing.
	System func(call string) SystemCall
	SP     uint64 // system calls: the stack pointer
	Limits Limits

	scratch *call // of the call being decoded; kept for the next
	scope   Scope // of the prototype being decoded, for Named
}

// A Place is what lies at an address; the zero value: nothing that can be read.
type Place struct {
	Symbol string // "" if unknown
	Region string // without a Symbol: "heap", "stack", the name of the file that is mapped there; "" if none of these
	Mapped bool   // there is memory
}

// Limits bound what is read of the tracee. The zero value means the defaults.
type Limits struct {
	String int // bytes of a string or buffer; 0: 32, negative: none
	// Items is elements of an array, and depth of recursive structs. 0: 4, of
	// a system call as many as String; negative: none.
	Items int
	// Verbose asks for whole structs and lists instead of their main parts.
	Verbose bool
}

// A Result is what a call left in the result registers.
type Result struct {
	Int        [2]uint64            // integer result registers
	Vector     func(i int) [16]byte // vector result register i
	LongDouble func(i int) [10]byte // register i of those that long double results come in
	Go         func(i int) uint64   // integer result register i of Go's own functions
	Errno      int                  // system calls: error number, else 0
	Left       func() int           // library calls: what errno is; nil: never known
}
