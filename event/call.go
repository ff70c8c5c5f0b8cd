package event

// A Call is one library or system call.
type Call struct {
	ID          uint64   // pairs Enter with Return; unique in a run, from 1
	Parent      uint64   // ID of the enclosing call in its thread, 0 if there is none; at Return, as of that moment
	Origin      uint64   // of a copy that a forked process inherited: ID of the call that was entered; else 0
	EnterTID    int      // TID of the thread at Enter, if execve(2) has changed it since; else 0
	Kind        CallKind // Library, Function or System
	Object      string   // soname of the callee, "" if unknown or for a system call
	From        string   // soname or base name of the calling object, "" if unknown; of a system call only where asked for
	FromMain    bool     // From is the program itself, not a library; of a library call
	Name        string   // symbol, not demangled, or system call as its table spells it
	Version     string   // symbol version, "GLIBC_2.14"; "" if it has none
	Main        bool     // Object is the program itself, not a library
	Number      int      // system-call number; -1 for a library call
	Args        []Arg    // at Enter those known so far, at Return all
	ArgsPending bool     // at Enter: more arguments follow at Return
	Guess       bool     // no prototype is known; Args are machine words, or what they look like
	MoreArgs    bool     // there may be more arguments than Args, about which nothing is known
	ResultGuess bool     // the type of the result is unknown; it is shown as what it looks like
	Caller      uint64   // address the call returns to
	Addr        uint64   // address of the slot, call instruction or function where the breakpoint was hit
	ABI         string   // of a system call that is not of the native ABI: "32", "x32"; else ""
	Failed      bool     // at Return: the call reported an error
	Words       []uint64 // the argument words, as registers and stack had them at Enter; nil: none, or unknown
	Raw         bool     // the user asked for Words instead of Args
	Stack       []Caller // where the call was made from, innermost first; nil unless asked for
}

// A Caller is one frame of the thread's call stack.
type Caller struct {
	Addr   uint64 // the instruction: where the call was made, or will return to
	Object string // path of the file mapped there, "" if none
	Symbol string // function, not demangled; "" if unknown
	Offset uint64 // from the address of Symbol
	File   uint64 // the address as Object itself counts it, before relocation
	Source string // "file.c", "" if unknown
	Line   int
}

// A CallKind says how a call was seen: as a library call or a system call.
type CallKind uint8

// The kinds of calls.
const (
	Library  CallKind = iota // through a PLT slot or a GOT word
	Function                 // at the entry point of a function (-x)
	System                   // a system call
)

// An Arg is one decoded argument.
type Arg struct {
	Name  string // parameter name, "" if the prototype gives none
	Value Value  // Pending until the callee has written it
	Addr  uint64 // the pointer that was passed, if Value is what it points to; else 0
	Named bool   // the name is always shown, because arguments are not in the callee's order
	Guess bool   // Value may not be the argument: its register or stack word may hold something else
}
