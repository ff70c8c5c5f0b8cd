package event

import "time"

// An Event is one observed fact: *Enter, *Return, *Signal, *Stopped, *Spawn,
// *Exec, *Exit, *Detach or *Notice. It is complete when emitted.
type Event interface{ Header() *Head }

// A Head says when, where and how deep an event happened.
type Head struct {
	Time     time.Time // taken when the stop was reported
	PID, TID int       // thread group, thread
	Depth    int       // calls open in this thread around this event
	Number   int       // of the system call that the thread made last, be it shown or not
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
// process has copies of the calls that its creator was in, with numbers of their own,
// and each of them gets a Return, too.
type Return struct {
	Head
	Call    *Call
	Outcome Outcome
	Result  Value         // nil unless Outcome is Returned
	Errno   Errno         // library call that failed: what it left in errno; Num is 0 if that is not known
	Elapsed time.Duration // from where the thread went on into the call (an inherited one: from the fork) to where it stopped at its end, without Work
	Work    time.Duration // how long it stood still in between, at stops inside the call, while the tracer worked
	CPU     time.Duration // of it, what the kernel worked for the thread; 0 unless asked for
	Tamper  Tamper        // what plait did to the call
	Dumps   []Dump        // data read or written, where asked for
}

// A Tamper is a set of changes that plait made to a call on request.
type Tamper uint8

// The kinds of tampering.
const (
	InjectedResult Tamper = 1 << iota // the result is ours, and the call was not made
	InjectedArgs                      // memory that the arguments point to was written before the call
	InjectedOut                       // the same, after the call
	Delayed                           // the thread was made to wait
)

// A Dump is data that a call moved.
type Dump struct {
	Message int // of a call with several messages (sendmmsg(2)): which, from 1; else 0
	Buffer  int // index in the vector of buffers, -1: there is but one
	Data    []byte
}

// An Outcome says how a call ended.
type Outcome uint8

// The ways in which a call can end.
const (
	Returned    Outcome = iota // it came back to its caller
	Longjmp                    // left by longjmp(3) or the like
	Unwound                    // left by an exception or a cancelled thread
	NoReturn                   // the thread ended or the image was replaced inside it
	Detached                   // plait let go of the thread inside it
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
	Stack  []Caller // where it arrives, innermost first; nil unless asked for
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
// thread's own where the creator is not known (attach).
type Spawn struct {
	Head
	Kind               SpawnKind
	ChildPID, ChildTID int
}

// A SpawnKind says how a thread came under observation.
type SpawnKind uint8

// The ways in which a thread appears.
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
	FormerTID int    // the thread that called execve(2); differs from TID if it was not the leader
}

// An Exit reports the end of a thread, or of its number.
type Exit struct {
	Head
	Process bool   // the whole process ended with this thread
	Status  int    // exit status, if Signal is empty
	Signal  string // name of the signal that killed it
	Core    bool   // a core was dumped
	Into    int    // the thread did not end: execve(2) gave it this number; else 0
}

// A Detach reports that plait let go of a thread, which runs on.
type Detach struct{ Head }

// A Notice is something that plait has to say about the trace itself.
// PID and TID are 0 if it concerns no tracee.
type Notice struct {
	Head
	Kind NoticeKind
	Text string // one line, without "plait: ": "ls: statically linked: no dynamic symbols"
}

// A NoticeKind tells the notices that an output may have to treat in a way of
// their own.
type NoticeKind uint8

// The kinds of notices.
const (
	Remark     NoticeKind = iota
	ExecFailed            // the command could not be run; Text: "exec: Exec format error"
	Mode                  // from now on the process calls by another convention; Text: "32 bit"
)

// A Sink consumes the event stream, in order, from one goroutine. An event and
// what it points to belong to the sink only during Emit.
type Sink interface {
	Emit(Event) error
	Close() error
}
