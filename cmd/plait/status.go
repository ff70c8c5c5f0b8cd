package main

import (
	"syscall"

	"plait/tracer"
)

// What plait exits with if not with the status of the command it ran.
const (
	statusUsage     = 1   // the command line was wrong, or tracing could not begin
	statusFault     = 2   // a mistake of plait's own ended the tracing
	statusNoRun     = 126 // the command was found and could not be run
	statusNotFound  = 127 // the command was not found
	statusSignalled = 128 // plus the signal: the command was killed and we survived it
)

// end returns the exit status: that of the command, if it ran. If a signal
// killed the command, end does not return.
func end(command tracer.Status, status int) int {
	switch {
	case command.Signal != 0:
		die(syscall.Signal(command.Signal))
		return statusSignalled + command.Signal
	case command.Exit != 0:
		return command.Exit
	}
	return status
}
