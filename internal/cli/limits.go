package cli

import (
	"plait/ptrace"
)

// CheckLimits returns a UsageError if plait may open so few files that it could start
// a command but not read its objects, or may create so few threads that it might lack
// one when it needs it.
func CheckLimits() error {
	if err := ptrace.CheckDescriptors(); err != nil {
		return UsageError{What: "too few file descriptors", Why: err.Error(), Hint: "ulimit -n 64"}
	}
	if err := ptrace.ReserveThreads(); err != nil {
		return UsageError{What: "too few processes", Why: err.Error(), Hint: "ulimit -u, or end some"}
	}
	return nil
}

// Limit converts a user's limit, where 0 means none, to one of decode.Limits, where 0
// means the default and -1 none. set says whether the user gave the limit.
func Limit(n int, set bool) int {
	if set && n == 0 {
		return -1
	}
	return n
}
