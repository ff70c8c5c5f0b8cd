// Package tracer turns stops into events. It owns tracees, address spaces, call
// stacks, which sites are traced, and the loop; see the example. What needs no tracee
// that stands still is not here: which calls are meant (filter, inject), what ELF files
// and loaded objects tell (objfile, objects, linkmap), what numbers stand for (procinfo).
//
// It knows no text, no JSON, no option and no Linux constant. What the kernel
// reports comes from ptrace, already classified; what it means is decided here;
// proto and syscalls decode while the tracee stands still; the sink gets one
// complete event. Handlers return a ptrace.Restart: only the loop restarts.
//
// Which calls are open in each thread, and which are over, is decided here (frames.go,
// stack.go, goroutine.go); their frames are kept by callstack. An output cannot see
// them: what a format remembers of open calls is in package output/calls.
//
// # One event
//
// wait (ptrace) -> dispatch.go -> libcall.go, syscall.go, signal.go or
// follow.go -> Sink.Emit -> Restart, back in the loop.
//
// # Adding to it
//
// A kind of stop: see package ptrace; here it is one arm in dispatch.go. One more reason
// to catch a tracee somewhere is a field of purpose (site.go), planted in plant.go and
// done in hit (libcall.go); one more way to catch it goes beside trap (site.go). One more
// thing to ask of the kernel goes into Stops, Memory or Proc (kernel.go). A script in
// testdata shows what it does.
package tracer
