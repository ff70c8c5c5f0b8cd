package event

// A Value is a decoded argument or result, typed, not text. Names are data;
// how they are joined, quoted or coloured is the output's business.
//
// The set is closed: Int, Float, Pointer, Str, Name, Flags, List, Record,
// Unread, At, Void, Errno, FD, PID, Change, Note, Raw and Pending.
type Value interface{ value() }

// A Base says how an integer is customarily written.
type Base uint8

// The bases. Guess is ltrace's rule for words of unknown type: decimal
// between -10000 and 10000, else hexadecimal.
const (
	Decimal Base = iota
	Hex
	Octal
	Binary
	Char
	WideChar // of wchar_t: the number of a character in Unicode
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

// A Float is a floating-point number. Text is used instead of F where float64
// cannot hold it (long double): its shortest exact decimal form.
type Float struct {
	F    float64
	Text string
	Size uint8
	Hex  bool
}

// A Pointer is an address shown as such; address 0 is the null pointer.
// Symbol, where known, names what lies there ("main", "main+0x12"); Region, where
// that is all that is known, the memory around it: "stack", "heap", "libc.so.6".
type Pointer struct {
	Addr   uint64
	Symbol string
	Region string
	Number bool // it is written as a number: 0, not the null pointer
	Stream *FD  // of a FILE: its descriptor; nil unless asked for
}

// A Str is text or data read from the tracee, at most as many bytes as the
// limits allow.
type Str struct {
	Text string // bytes; of a wide string, UTF-8
	Cut  bool   // the tracee has more
	Path bool   // a file name: strace never cuts these
	Wide bool   // from wchar_t
	Hex  bool   // no text by nature: each byte is shown in hexadecimal
}

// A Name is an integer with a symbolic name. If Name is empty the number has
// none; Want then says what kind of name was looked for ("AF_???").
type Name struct {
	Name string
	Want string
	Int  Int
	// Negative tells that the number is one, though it is written as if it had no
	// sign: 0xfffffffa for SI_TKILL.
	Negative bool
}

// Flags is a set of named bits. Names are in the order of the table; Rest holds
// the bits without a name. A zero set with no name has neither.
type Flags struct {
	Names []string
	Rest  uint64
	Base  Base   // of Rest
	Want  string // "O_???", shown if no bit has a name
	Bits  uint64 // the whole word
	Size  uint8
	// Apart is the first or the last of Names, if that is no bit but a number of
	// its own: "SOCK_STREAM", a signal of clone(2). Without a name it is in Names
	// as a number. nil: there is none.
	Apart *Name
}

// A List is an array or a set.
type List struct {
	Items []Value
	Cut   bool   // the tracee has more
	Set   bool   // a set ("[INT TERM]"), not an array
	Bits  bool   // a set that is asked for as the numbers of bits, as ltrace writes them: "<3-5,7>"
	Not   bool   // the complement of the set is meant ("~[KILL STOP]")
	Rest  uint64 // if not 0: address of the first element that could not be read
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

// Unread stands for memory that could not be read: the pointer is all there is.
type Unread struct{ Addr uint64 }

// An At is what lies at an address, which is a result or was stored by the call.
type At struct {
	Addr  uint64
	Value Value
	Shown bool // the address says something by itself: it is shown with the value
}

// Void is the result of a function that returns nothing.
type Void struct{}

// An Errno is the result of a failed call: strace's "-1 ENOENT (No such file or
// directory)". Where a library call has a result of its own, Return.Errno says why
// it failed.
type Errno struct {
	Num  int
	Name string // "ENOENT", "ERESTARTSYS"; "" if unknown
	Text string // strerror(3)
	// Restart tells the kernel's own codes (ERESTARTSYS, …), shown as "?".
	Restart bool
}

// An FD is a file descriptor. Path, Device, Gone and About are filled in on
// request (-y, -yy).
type FD struct {
	Num    int
	Path   string // "/etc/passwd", "pipe:[123]"; "" if unknown
	Device string // "char 136:3"
	Gone   bool   // the file was deleted
	Cwd    bool   // AT_FDCWD
	About  string // instead of Path, what it is in words of ours: "TCP:[127.0.0.1:1->127.0.0.1:2]", "pid:12"
}

// A PID is the number of a process or thread. Comm and Outer are filled in on
// request (-Y, --pidns-translation).
type PID struct {
	Num   int
	Comm  string // its name, see proc(5)
	Outer int    // its number where plait runs, if that is another; else 0
}

// A Change is a value that the callee replaced: "{…} => {…}", "[16 => 10]".
// At Enter, After is Pending.
type Change struct{ Before, After Value }

// A Note is a value with a remark that is not part of it, such as
// "0x7ffd… /* 24 vars */" (Text) or "1 ([{fd=3, revents=POLLIN}])" (Extra).
type Note struct {
	Value Value
	Text  string // a comment
	Extra Value  // shown in parentheses after a result
	Brief string // shown in parentheses after a result, before Extra: "Timeout"
	Left  Value  // shown behind Extra: what is left of the time that the call had
}

// A Raw is text that stands for itself, such as a macro call
// "inet_addr(\"127.0.0.1\")" or "htons(80)".
type Raw struct {
	Text string
	Data string // the bytes that the macro makes, shown where names are not wanted; "" if that is never so
	Into string // member of a Record that the call stores them in, as its last argument: "sin6_addr"
}

// Pending marks an argument that will be known at Return.
type Pending struct {
	Was uint64 // what decoding at Return must know of the beginning, if anything
}

func (Int) value()     {}
func (Float) value()   {}
func (Pointer) value() {}
func (Str) value()     {}
func (Name) value()    {}
func (Flags) value()   {}
func (List) value()    {}
func (Record) value()  {}
func (Unread) value()  {}
func (At) value()      {}
func (Void) value()    {}
func (Errno) value()   {}
func (FD) value()      {}
func (PID) value()     {}
func (Change) value()  {}
func (Note) value()    {}
func (Raw) value()     {}
func (Pending) value() {}
