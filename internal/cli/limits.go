package cli

import (
	"plait/ptrace"
)

// Enough returns a UsageError if plait has so few descriptors that a command would be
// started and nothing be known of it, or so few threads that plait might not get one when
// it needs it.
func Enough() error {
	if err := ptrace.Enough(); err != nil {
		return UsageError{What: "too few file descriptors", Why: err.Error(), Hint: "ulimit -n 64"}
	}
	if err := ptrace.EnoughThreads(); err != nil {
		return UsageError{What: "too few processes", Why: err.Error(), Hint: "ulimit -u, or end some"}
	}
	return nil
}

// Limit returns a limit as decode.Limits has it, where 0 is "not said" and -1 none. The
// user says 0 for none; set tells whether the user has said anything.
func Limit(n int, set bool) int {
	if set && n == 0 {
		return -1
	}
	return n
}
