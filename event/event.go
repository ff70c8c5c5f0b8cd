package event

import "time"

// An Event is one observed fact: *Enter, *Return, *Signal, *Stopped, *Spawn,
// *Exec, *Load, *Region, *Exit, *Detach or *Notice. It is complete when emitted.
type Event interface{ Header() *Head }

// A Head says when an event happened, in which thread and at which call depth.
type Head struct {
	Time     time.Time // taken when the stop was reported
	PID, TID int       // thread group, thread
	Depth    int       // open calls around this event in its thread
	Number   int       // number of the thread's last system call, shown or not
	Comm     string    // name of the thread (proc(5), comm), "" unless asked for
	IP       uint64    // library call: its return address; else the instruction pointer; 0 if unknown
}

// Header returns h itself, so that every type embedding Head is an Event.
func (h *Head) Header() *Head { return h }

// An Enter reports that a call began.
type Enter struct {
	Head
	Call *Call
}

// A Return reports that a call ended. Every Enter gets exactly one Return. A forked
// process has copies of the calls that its parent had open. Each copy has an ID of its
// own and gets a Return, too.
type Return struct {
	Head
	Call    *Call
	Outcome Outcome
	Result  Value         // nil unless Outcome is Returned
	Word    int64         // the result as a machine word, extended by its type; of a system call that failed, minus its error
	HasWord bool          // Word is known: Outcome is Returned, and the result is an integer or an address
	Errno   Errno         // of a library call that failed: errno at its return; Num is 0 if unknown
	Elapsed time.Duration // from the restart after Enter's stop (inherited call: from the fork) to the stop at the end, without Work
	Work    time.Duration // how long the thread was stopped inside the call while the tracer worked
	CPU     time.Duration // the part of Elapsed that the thread spent in the kernel; 0 unless asked for
	Tamper  Tamper        // what plait did to the call
	Dumps   []Dump        // data read or written, where asked for
	Heap    Heap          // the blocks of memory that a library call has allocated and freed, where asked for

	Explanation Explanation // what the call did, where asked for
}

// An Explanation says what a call did, in plain English. It is empty where nothing is
// known.
type Explanation struct {
	Text   string // one line without a full stop: "kernel: open /etc/passwd for reading; it becomes fd 3"
	Manual string // the page of the manual: "open(2)"; "" if there may be none
}

// A Heap is what a library call has done to blocks of memory.
type Heap struct {
	Freed uint64 // address of a block that it has freed; 0: none
	Block uint64 // address of a block that it has allocated; 0: none
	Size  uint64 // bytes of that block
	Sized bool   // Size is known
}

// A Tamper is a set of changes that plait made to a call on request.
type Tamper uint8

// The kinds of tampering.
const (
	InjectedResult Tamper = 1 << iota // plait set the result, and the call was not made
	InjectedArgs                      // plait wrote memory that the arguments point to, before the call
	InjectedOut                       // the same after the call
	Delayed                           // the thread was made to wait
)

// A Dump is data that a call read or wrote.
type Dump struct {
	Message int // which message, from 1, if the call has several (sendmmsg(2)); else 0
	Buffer  int // index in the vector of buffers; -1 if the call has just one buffer
	Data    []byte
}

// An Outcome says how a call ended.
type Outcome uint8

// The ways in which a call can end.
const (
	Returned    Outcome = iota // it returned to its caller
	Longjmp                    // longjmp(3) or the like unwound it
	Unwound                    // an exception or thread cancellation unwound it
	NoReturn                   // its thread exited or executed a program
	Detached                   // plait detached from its thread
	Unavailable                // it ended, but its result could not be read
)

// A Signal reports that a signal is about to be delivered (ptrace(2):
// signal-delivery-stop).
type Signal struct {
	Head
	Number int
	Name   string   // "SIGCHLD", "SIGRT_3"
	Text   string   // strsignal(3): "Child exited"
	Info   Value    // the siginfo_t, a Record; nil if it could not be read
	Stack  []Caller // where the signal arrives, innermost first; nil unless asked for
}

// A Stopped reports that the thread's process was stopped by job control
// (ptrace(2): group-stop).
type Stopped struct {
	Head
	Number int
	Name   string
	Text   string
}

// A Spawn reports a new thread or process. Head is the creator's, or the new
// thread's own if the creator is unknown (attach).
type Spawn struct {
	Head
	Kind               SpawnKind
	ChildPID, ChildTID int
	Path               string // the program of a process that was launched or attached to; "" if unknown
}

// A SpawnKind says how a thread came to be traced.
type SpawnKind uint8

// The ways in which a thread comes to be traced.
const (
	Launched SpawnKind = iota // plait ran it
	Attached                  // plait attached to it
	Forked                    // fork(2), vfork(2) or clone(2) made a process
	Threaded                  // clone(2) made a thread
)

// An Exec reports that the process now runs a new program.
type Exec struct {
	Head
	Path      string // the new image
	FormerTID int    // the thread that called execve(2); differs from TID unless it was the leader
}

// A Load reports that an ELF file is mapped in the thread's process and that plait has read
// it. It comes only where it was asked for. The addresses are as in proc_pid_maps(5).
type Load struct {
	Head
	Path    string // of the file
	Soname  string // "" if it has none
	BuildID string // in hexadecimal, "" if it has none
	Base    uint64 // load address: run-time minus link-time addresses
	Lo, Hi  uint64 // where it is mapped, Hi excluded
	Main    bool   // the program itself, not a library
}

// An Exit reports the end of a thread, or of its TID.
type Exit struct {
	Head
	Process bool   // the whole process ended
	Status  int    // exit status, if Signal is empty
	Signal  string // name of the signal that killed it
	Core    bool   // a core was dumped
	NewTID  int    // the thread did not end: execve(2) gave it this TID; else 0
}

// A Detach reports that plait detached from a thread, which lives on.
type Detach struct{ Head }

// A Notice is a message about the trace itself.
// PID and TID are 0 if it concerns no tracee.
type Notice struct {
	Head
	Kind NoticeKind
	Text string // one line, without "plait: ": "ls: statically linked: no dynamic symbols"
}

// A NoticeKind marks the notices that an output may have to treat specially.
type NoticeKind uint8

// The kinds of notices.
const (
	General     NoticeKind = iota
	ExecFailed             // the command could not be run; Text: "exec: Exec format error"
	ModeChanged            // the process makes system calls by another ABI from now on; Text: "32 bit"
	Folded                 // it stands for calls that are not shown; Text says which and how many: "ld.so: 27 system calls"
)

// A Sink consumes the event stream, in order, from one goroutine. An event and
// what it points to belong to the sink only during Emit.
type Sink interface {
	Emit(Event) error
	Close() error
}
