package cli

// What plait exits with if not with the status of the command it ran.
const (
	StatusUsage     = 1   // the command line was wrong, or tracing could not begin
	StatusFault     = 2   // a mistake of plait's own ended the tracing
	StatusNoRun     = 126 // the command was found and could not be run
	StatusNotFound  = 127 // the command was not found
	StatusSignalled = 128 // plus the signal: the command was killed and we survived it
)
