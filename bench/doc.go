// Command bench measures what tracing costs. One run compares plait, ltrace, strace, a
// C program that does nothing but the ptrace stops (bare/bare.c), uftrace, which has no
// stops at all, and no tracer.
//
// It owns the loops that are measured, the order of the runs and the arithmetic. It knows
// nothing about plait but its command line. Since the machine is never quiet, the tools take
// turns, round after round, and medians are compared. An empty loop measures what a tool
// needs to start, and that time is subtracted.
//
// With -long it makes one run of ten million events instead (long.go). That run must need
// neither more memory than a short one nor more time per event.
//
// With -record it compares the cost of recording with that of text that nobody reads
// (record.go).
//
// # Adding a measurement
//
// Add a series in series.go. The others are compared with its first row.
package main
