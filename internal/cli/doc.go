// Package cli owns what plait's command lines share: messages to the user (ui.go) and the
// exit status (status.go), where the trace is written (target.go, pipe.go), signals that
// plait itself gets (signals.go, die.go), and the debugging output of -D (debug.go).
//
// It knows no option, and not which command line runs: package ltrace has plait's own,
// which is ltrace's, and package strace that of strace. What only one of them uses
// belongs there, not here.
//
// # Messages
//
// Every message goes through a UI, in one line: "plait: what: why", and a second
// line with a hint where there is a way out. A UsageError has these three parts. Package
// strace has strace's own words.
//
// # Adding a kind of output
//
// Package output decides how lines look. A Target is where they go: ToConsole, ToFile (a
// file or a pipe) or ToFiles (one for each process). For another destination, write a
// function beside these that opens it and returns a Target. ReportWriteError reports its
// errors, from any goroutine.
package cli
