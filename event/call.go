package event

// A Call is one library or system call.
type Call struct {
	ID      uint64   // pairs Enter with Return; unique in a run, from 1
	Parent  uint64   // ID of the call around it in its thread, 0 if there is none; at Return as it is then
	Origin  uint64   // of a call that a forked process has inherited: ID of the call that was entered; else 0
	Began   int      // thread it was entered in, if execve(2) gave that another number since; else 0
	Kind    CallKind // Library, Function or System
	Object  string   // soname of the callee, "" if unknown or for a system call
	From    string   // soname or base name of the calling object, "" if unknown
	Name    string   // symbol or system-call name as the table spells it, not demangled
	Version string   // of the symbol, "GLIBC_2.14"; "" if it has none
	Main    bool     // Object is the program itself, not a library
	Number  int      // system-call number; -1 for a library call
	Args    []Arg    // at Enter those known so far, at Return all
	Held    bool     // at Enter: more arguments follow at Return
	Guess   bool     // no prototype is known; Args are machine words, or what they look like
	More    bool     // there may be more arguments, of which nothing is known
	Vague   bool     // the type of the result is not known; it is shown as what it looks like
	Caller  uint64   // address the call returns to
	Site    uint64   // address of the slot, call instruction or function that was hit
	ABI     string   // of a system call not of the machine's own kind: "32", "x32"; else ""
	Failed  bool     // at Return: the call reported an error
	Class   Class    // system calls: what the call deals with
	Words   []uint64 // system calls: the argument words, as many as the call takes
	Raw     bool     // the user asked for Words instead of Args
	Stack   []Caller // where the call was made from, innermost first; nil unless asked for
}

// A Caller is one frame of the thread's stack at a call.
type Caller struct {
	Addr   uint64 // the instruction: where the call was made, or will return to
	Object string // path of the file mapped there, "" if none
	Symbol string // function, not demangled; "" if unknown
	Offset uint64 // from Symbol's beginning
	File   uint64 // offset in Object, as its own addresses count
	Source string // "file.c", "" if unknown
	Line   int
}

// A CallKind tells library calls from system calls.
type CallKind uint8

// The kinds of calls.
const (
	Library  CallKind = iota // through a PLT slot or a GOT word
	Function                 // at the entry point of a function (-x)
	System                   // a system call
)

// Class is a set of system-call classes, strace's %file and the like. Bits are
// defined by package syscalls, which alone gives them names.
type Class uint64

// An Arg is one decoded argument.
type Arg struct {
	Name  string // parameter name, "" if the prototype gives none
	Value Value  // Pending until the callee has filled it in
	Addr  uint64 // the pointer that was passed, if Value is what it points to; else 0
	Named bool   // the name is always shown, because the order is not the callee's
	Guess bool   // another argument, or none, may have been passed where Value was found
}
