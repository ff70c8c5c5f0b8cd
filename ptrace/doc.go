// Package ptrace is the door to Linux: it launches and attaches, waits and
// classifies stops, restarts tracees, reads and writes their registers and
// memory, and answers from /proc.
//
// It is the only room with build tags, unsafe and golang.org/x/sys/unix. It
// knows no breakpoint, no prototype and no event. Register sets are raw bytes here;
// what they hold, and the machine code that starting a program takes, it asks of
// package arch.
//
// ptrace(2) binds a tracee to the OS thread that attached to it, so New locks
// the calling goroutine to its thread, and every method but Wake must be called
// from that goroutine.
//
// # Adding a kind of stop
//
// A constant in stop.go, a case in classify with a row in its table test, and
// one arm in tracer/dispatch.go.
package ptrace
