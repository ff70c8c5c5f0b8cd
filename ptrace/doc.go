// Package ptrace is the door to Linux: it launches and attaches, waits for stops and
// classifies them, restarts tracees, reads and writes their registers and memory, and
// answers questions from /proc.
//
// It owns the use of golang.org/x/sys/unix and unsafe code, apart from what the command
// lines do with plait's own process, and no other room has build tags. It knows no
// breakpoint, no prototype and no event. Register sets are raw bytes here: package arch
// knows what they contain, and has the machine code that launching a program takes.
//
// ptrace(2) binds a tracee to the OS thread that attached to it, so New locks the calling
// goroutine to its thread, and every method but Wake and Open must be called from that
// goroutine.
//
// # Adding a kind of stop
//
// A constant and a row of eventKinds in stop.go (or a case in classify, if it is no ptrace
// event), its name in names.go, and a row in classify_test.go. If the kernel must be asked
// for it, its option in linux.go. Then a case in Tracer.dispatch, unless the tracee just goes
// on, and a word for it in tracer/script_test.go, so that a script of stops can have it.
package ptrace
