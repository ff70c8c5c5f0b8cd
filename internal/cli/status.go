package cli

// The exit statuses of plait, where it is not the command's.
const (
	StatusUsage     = 1   // the command line was wrong, or tracing could not begin
	StatusFault     = 2   // an internal error ended the tracing
	StatusNoRun     = 126 // the command was found but could not be run
	StatusNotFound  = 127 // the command was not found
	StatusSignalled = 128 // plus the signal: the command was killed, and the same signal did not kill plait
)
