// Command bench measures what tracing costs, side by side in one run: plait,
// ltrace, strace, a C program that does nothing but the ptrace stops (bare/bare.c),
// uftrace, which has no stops at all, and no tracer.
//
// It owns the loops that are measured, the order of the runs and the
// arithmetic. It knows nothing of plait but its command line. The machine is
// never quiet, so the runs of all tools are interleaved, round after round, and
// medians are compared; what a tool needs to start is measured by an empty loop
// and taken off.
//
// With -long it makes one run of ten million events instead, which must not need
// more memory than a short one, nor more time for each event (long.go).
//
// # Adding a measurement
//
// Add a series in series.go; its first row is what the others are compared with.
package main
