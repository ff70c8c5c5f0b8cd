// Package cli is what plait's command lines share: messages to the user (ui.go) and the
// exit status (status.go), where the trace is written (target.go, pipe.go), signals that
// plait itself gets (signals.go, die.go), and what -D shows of what passes between the
// tracer and the kernel (debug.go).
//
// It knows no option, and not whose habits are wanted: package ltrace has plait's own
// command line, which is ltrace's, and package strace that of strace. What only one of
// them uses belongs there, not here.
//
// # Messages
//
// Everything that is said goes through a UI, in one line: "plait: what: why", and a second
// line with a hint where there is a way out. A UsageError has these three parts. Package
// strace has strace's own words.
//
// # Adding a kind of output
//
// How lines look is a matter of package output. Where they go is a Target: Onto standard
// error, Into one file or pipe, or Apart into files of processes. For another place, write
// a function beside these that opens it and returns a Target. Its errors are told by
// Complain, which may be called from any goroutine.
package cli
