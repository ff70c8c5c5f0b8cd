// Package tracer turns stops into events. It owns tracees, address spaces, open calls,
// the sites that are traced, and the loop; see the example. Work that needs no stopped
// tracee is done elsewhere: which calls are wanted (filter, inject), what ELF files and
// loaded objects say (objfile, objects, linkmap), what numbers refer to (procinfo).
//
// It knows no text, no JSON, no option and no Linux constant. ptrace reports what the
// kernel says, already classified, and this package decides what it means. proto and
// syscalls decode while the tracee is stopped, and the sink gets one complete event.
// Handlers return a ptrace.Restart: only the loop restarts.
//
// Package callend decides which of a thread's calls are over; this package ends them (frames.go), and callstack keeps their frames. An
// output cannot see them: what a format remembers of open calls is in package output/calls.
//
// # One event
//
// wait (ptrace) -> dispatch.go -> libcall.go, syscall.go, signal.go or
// follow.go -> Sink.Emit -> Restart, back in the loop.
//
// # Adding to it
//
// A kind of stop: see package ptrace; here it is one case in dispatch.go. One more reason
// to catch a tracee at an address is a field of purpose (site.go), planted in plant.go
// and handled in hit (libcall.go). One more way to catch it goes beside breakpoint and
// promotion (site.go). Calls that the tracees record themselves are in inline.go, promote.go
// and record.go.
// One more question to the kernel goes into Stops, Memory or Proc (kernel.go). A script
// in testdata shows what it does.
package tracer
