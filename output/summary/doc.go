// Package summary counts calls and adds up their times, for a table at the end
// (ltrace -c).
//
// It owns the table and what its numbers mean. The time of a call is its own: time in
// nested calls counts for these alone, so that the times of all rows add up to the time
// that was spent in calls. The one call in which the whole program runs has no time,
// because that time is not a library's. Processes and threads are merged. A call is
// counted when it begins, so that a call that never returns (exit, execve) is in the
// table. Its time lasts until its thread ends.
//
// It does not know how calls are named (Options.Name), where events come from, or what
// arguments and results mean.
//
// Counts is strace's table (strace -c): system calls alone, each by itself, counted
// when they return.
//
// # Adding a column
//
// Add a field to row, add it up in Summary.callReturn, and write it in table.go. For the
// table of system calls, add an entry to columns (columns.go).
package summary
