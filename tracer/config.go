package tracer

import (
	"time"

	"plait/debuginfo"
	"plait/dump"
	"plait/event"
	"plait/filter"
	"plait/inject"
	"plait/procinfo"
	"plait/proto"
	"plait/proto/decode"
	"plait/syscalls"
)

// A Config says what to trace and where events go.
type Config struct {
	Kernel       Kernel
	Sink         event.Sink
	Prototypes   *proto.Database
	Descriptions debuginfo.Store // prototypes made of debugging information, from earlier runs
	Limits       decode.Limits
	Library      filter.Choice          // which library calls are traced
	Syscalls     bool                   // system calls too
	Calls        *syscalls.Set          // which system calls; nil: all
	Signals      *syscalls.Signals      // which signals are reported; nil: all
	Follow       bool                   // new processes and threads too
	Inline       bool                   // library calls are recorded by code in the tracees where that is possible
	Caught       func(what, how string) // gets how calls are caught, and why so, if Inline is set; nil: nobody wants to know
	DetachOnExec bool                   // detach from a process when it runs a new program
	Now          func() time.Time       // nil: time.Now

	// ShowExec makes the launched command's own execve(2) the first call. One
	// that the kernel refuses is then no error of Launch: it is shown, said in a
	// Notice of kind ExecFailed, and the process ends with status 1.
	ShowExec bool

	Lone           bool   // Attach attaches to the one thread that is named, not to its process
	DetachLaunched bool   // Interrupt makes Run detach from the launched command and its descendants too
	Detaching      func() // called by Run when it begins to detach; may be nil

	// Detail of system calls.
	Abbrev  *syscalls.Set // main parts of structs and lists only; nil: all, unless Limits.Verbose
	Verbose *syscalls.Set // not in it: pointers, not what they point to; nil: all
	Raw     *syscalls.Set // event.Call.Raw: words instead of arguments; nil: none
	Dumps   dump.Wanted   // the data that read(2), write(2) and the like move

	Files      filter.Files             // only calls on these (-P, -e trace-fds=)
	Injections []inject.Injection       // if several apply to a call, the last one counts
	CallLimit  int                      // detach from all after so many calls of both kinds; 0: no limit
	Counts     func(*event.Return) bool // whether a call counts for CallLimit; nil: all that are traced

	Descriptors procinfo.Descriptors // how descriptors are shown
	PIDs        procinfo.PIDs        // how process IDs are shown

	CPU         bool // event.Return.CPU
	Loads       bool // an event.Load for each object that is read
	Origins     bool // event.Call.From of system calls too
	Endings     bool // a call ends when its thread begins to exit, not when it has exited
	Comm        bool // event.Head.Comm
	Modes       bool // a Notice of kind Mode when a process calls by another convention
	Namespaces  bool // the results of calls that create namespaces name them
	StackFrames int  // at most so many in event.Call.Stack and event.Signal.Stack; 0: none
	StackSource bool // with files and lines
	Callers     bool // event.Call.Stack of library calls has the caller, whatever StackFrames is
	Heap        bool // event.Return.Heap
}
