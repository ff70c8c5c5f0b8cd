package decode

import (
	"io"

	"plait/arch"
	"plait/event"
)

// A Source is everything that decoding may look at: the machine words of one call and
// the memory of the tracee, which must be stopped. Int, Vector and Stack return the
// words as they were at the start of the call, also at Return. A field that may be nil
// says what it means then.
type Source struct {
	Arch   *arch.Arch
	Kind   event.CallKind
	Int    func(i int) uint64       // integer argument register i (system call: argument i)
	Vector func(i int) [16]byte     // vector argument register i
	Go     func(i int) uint64       // integer argument register i of Go's calling convention, at the start of the call; nil: unknown
	Stack  func(i int) uint64       // eightbyte i of the stack arguments
	Memory io.ReaderAt              // the tracee's; offsets are addresses
	Symbol func(addr uint64) string // "" if unknown; nil: always unknown
	Stream func(addr uint64) string // "stdin", "stdout" or "stderr" if that FILE * is at addr, otherwise ""; nil: unknown
	Place  func(addr uint64) Place  // what lies at an address; nil: unknown
	File   func(fd int) event.FD    // the file of a descriptor; nil: show the number only
	Link   func(index int) string   // the name of a network interface, "" if unknown; nil: always unknown
	// Netlink returns the protocol of a netlink socket (netlink(7)), -1 if it is
	// unknown; ok is false for other descriptors. nil: unknown.
	Netlink func(fd int) (protocol int, ok bool)
	// Device returns the major number of a character device; ok is false for other
	// descriptors. nil: unknown.
	Device func(fd int) (major uint32, ok bool)
	PID    func(pid int) event.PID           // the process with that PID; nil: show the number only
	Call   func(audit uint32, nr int) string // the name of a system call, "" if unknown; nil: always unknown
	// Floats returns how many vector registers hold arguments, as the caller of a
	// variadic function says; nil: unknown.
	Floats func() int
	// System returns what is known about a system call, given its name or its number
	// in decimal; nil: nothing.
	System func(call string) SystemCall
	SP     uint64 // the stack pointer, of system calls only
	Limits Limits

	scratch *call // of the call being decoded; reused for the next
	scope   Scope // of the prototype being decoded, for Named
}

// A Place describes what lies at an address. The zero value means unmapped memory.
type Place struct {
	Symbol string // "" if unknown
	Region string // without a Symbol: "heap", "stack" or the name of the mapped file; "" if none of these
	Mapped bool   // the address is mapped
}

// Limits limit how much is read from the tracee. The zero value means the defaults.
type Limits struct {
	String int // bytes of a string or buffer; 0: 32, negative: none
	// Items is the number of elements of an array and the depth of recursive structs.
	// 0: 4 for a library call, as many as String for a system call; negative: none.
	Items int
	// Verbose asks for whole structs and lists instead of their main parts.
	Verbose bool
}

// A Result holds the result registers after a call.
type Result struct {
	Int        [2]uint64            // integer result registers
	Vector     func(i int) [16]byte // vector result register i
	LongDouble func(i int) [10]byte // result register i of long doubles
	Go         func(i int) uint64   // integer result register i of Go's calling convention
	Errno      int                  // system calls: the errno, 0 if the call succeeded
	LibcErrno  func() int           // library calls: errno after the call; nil: unknown
}
