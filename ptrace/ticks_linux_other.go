//go:build linux && !amd64

package ptrace

// ticks is 0: nothing in a tracee reads a counter there.
func ticks() uint64 { return 0 }
