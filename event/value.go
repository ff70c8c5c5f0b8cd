package event

// A Value is a decoded argument or result. It is typed, not text: joining, quoting
// and colouring names is the output's business.
//
// The set is closed: Int, Float, Pointer, Str, Name, Flags, List, Record,
// Unreadable, Pointee, Void, Errno, FD, PID, Change, Note, Verbatim and Pending.
type Value interface{ value() }

// A Base is the notation in which an integer is usually written.
type Base uint8

// The bases. Guess is ltrace's rule for words of unknown type: decimal
// between -10000 and 10000, else hexadecimal.
const (
	Decimal Base = iota
	Hex
	Octal
	Binary
	Char
	WideChar // a wchar_t: a Unicode code point
	Guess
	Bool
)

// An Int is an integer of Size bytes. Bits holds it sign-extended to 64 bits if
// Signed, else zero-extended.
type Int struct {
	Bits   uint64
	Size   uint8
	Signed bool
	Base   Base
}

// A Float is a floating-point number of Size bytes. If float64 cannot hold it (long
// double), Text is its shortest exact decimal form and F is unused.
type Float struct {
	F    float64
	Text string
	Size uint8
	Hex  bool
}

// A Pointer is an address shown as such; address 0 is the null pointer.
// Symbol names what lies there ("main", "main+0x12"), if known. Otherwise Region may
// name the memory around it: "stack", "heap", "libc.so.6".
type Pointer struct {
	Addr    uint64
	Symbol  string
	Region  string
	Numeric bool // 0 is written as a number, not as the null pointer
	Stream  *FD  // the descriptor of a FILE; nil unless asked for
}

// A Str is text or data read from the tracee, at most as many bytes as the
// limits allow.
type Str struct {
	Text string // bytes; of a wide string, UTF-8
	Cut  bool   // the tracee has more
	Path bool   // a file name, which strace never truncates
	Wide bool   // converted from wchar_t
	Hex  bool   // binary data: each byte is shown in hexadecimal
}

// A Name is an integer with a symbolic name. If no name is known, Name is empty and
// Want says what kind of name was expected ("AF_???").
type Name struct {
	Name string
	Want string
	Int  Int
	// Negative says that the number is negative, though it is written without a
	// sign: 0xfffffffa for SI_TKILL.
	Negative bool
}

// Flags is a set of named bits. Names are in the order of the table; Rest holds the
// bits that have no name.
type Flags struct {
	Names []string
	Rest  uint64
	Base  Base   // of Rest
	Want  string // "O_???", shown if no bit has a name
	Bits  uint64 // the whole word
	Size  uint8
	// Enum is a number that shares the word with the bits: "SOCK_STREAM", or the
	// signal of clone(2). Its name, or the number if it has none, is the first or
	// the last of Names. It is nil if there is no such number.
	Enum *Name
}

// A List is an array or a set.
type List struct {
	Items []Value
	Cut   bool   // the tracee has more
	Set   bool   // a set ("[INT TERM]"), not an array
	Bits  bool   // a set shown as bit numbers, as ltrace writes them: "<3-5,7>"
	Not   bool   // Items are the complement of the set ("~[KILL STOP]")
	Rest  uint64 // address of the first element that could not be read; else 0
}

// A Field is a named member of a Record.
type Field struct {
	Name  string
	Value Value
}

// A Record is a struct.
type Record struct {
	Fields []Field
	Cut    bool // members left out (strace's "...")
}

// Unreadable is memory that could not be read: only its address is known.
type Unreadable struct{ Addr uint64 }

// A Pointee is the value at an address that a call returned or stored.
type Pointee struct {
	Addr  uint64
	Value Value
	Shown bool // the address is shown before the value
}

// Void is the result of a function that returns nothing.
type Void struct{}

// An Errno is the result of a failed call: strace's "-1 ENOENT (No such file or
// directory)". A library call that failed with another result has its reason in
// Return.Errno.
type Errno struct {
	Num  int
	Name string // "ENOENT", "ERESTARTSYS"; "" if unknown
	Text string // strerror(3)
	// Restart marks codes that only the kernel uses (ERESTARTSYS, …), shown as "?".
	Restart bool
}

// An FD is a file descriptor. Path, Device, Deleted and Description are filled in on
// request (-y, -yy).
type FD struct {
	Num         int
	Path        string // "/etc/passwd", "pipe:[123]"; "" if unknown
	Device      string // "char 136:3"
	Deleted     bool   // the file was deleted
	Cwd         bool   // AT_FDCWD
	Description string // shown instead of Path: "TCP:[127.0.0.1:1->127.0.0.1:2]", "pid:12"
}

// A PID is the number of a process or thread. Comm and Outer are filled in on
// request (-Y, --pidns-translation).
type PID struct {
	Num   int
	Comm  string // its name (proc(5))
	Outer int    // its number in plait's PID namespace, if that differs; else 0
}

// A Change is a value that the callee replaced: "{…} => {…}", "[16 => 10]".
// At Enter, After is Pending.
type Change struct{ Before, After Value }

// A Note is a value with an annotation, such as
// "0x7ffd… /* 24 vars */" (Text) or "1 ([{fd=3, revents=POLLIN}])" (Extra).
type Note struct {
	Value     Value
	Text      string // a comment
	Extra     Value  // shown in parentheses after a result
	Brief     string // shown in parentheses after a result, before Extra: "Timeout"
	Remaining Value  // shown after Extra: what remained of the call's timeout
}

// A Verbatim is text that is written as it is, such as the macro call
// "inet_addr(\"127.0.0.1\")" or "htons(80)".
type Verbatim struct {
	Text string
	Data string // the bytes that the macro yields, shown if names are not wanted; "" if Text is always shown
	Into string // struct member that the macro stores Data in, by its last argument: "sin6_addr"
}

// Pending is an argument that will be known at Return.
type Pending struct {
	Was uint64 // what decoding at Return needs from Enter, if anything
}

func (Int) value()        {}
func (Float) value()      {}
func (Pointer) value()    {}
func (Str) value()        {}
func (Name) value()       {}
func (Flags) value()      {}
func (List) value()       {}
func (Record) value()     {}
func (Unreadable) value() {}
func (Pointee) value()    {}
func (Void) value()       {}
func (Errno) value()      {}
func (FD) value()         {}
func (PID) value()        {}
func (Change) value()     {}
func (Note) value()       {}
func (Verbatim) value()   {}
func (Pending) value()    {}
