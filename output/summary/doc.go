// Package summary counts calls and adds up their times, for a table at the end
// (ltrace -c).
//
// It owns the table and what its numbers mean. The time of a call is its own:
// what passed in calls nested in it is counted there and nowhere else, so that
// the times of all rows add up to the time that was spent in calls. The one call
// that the whole program runs in has none: that time is not a library's. Processes
// and threads are merged. A call is counted when it begins, so that one that
// never returns (exit, execve) is in the table; its time lasts until the thread
// ended.
//
// It does not know how calls are named (Options.Name), where events come from, nor
// what arguments and results are.
//
// Counts is strace's table (strace -c): system calls alone, each by itself, counted
// when they return.
//
// # Adding a column
//
// Add a field to row, add it up in Summary.callReturn, and write it in table.go. In the
// table of system calls, a column is a line of columns (columns.go).
package summary
