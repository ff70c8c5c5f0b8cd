// Command plait shows which library functions a program calls and, within them,
// which system calls, as one nested stream.
//
// It owns the command line, what is said to the user, and the exit status. It
// builds the objects that do the work and knows nothing of how they do it.
//
// What the user typed is collected in options (flags.go has the one list of
// them), checked (options.go), and turned into objects in one place (trace.go).
// Everything said to the user goes through ui (ui.go).
//
// With strace's habits (asStrace) another list of options is read, by other rules
// (getopt.go, strace_list.go), joined and checked (strace_check.go), and turned
// into the same kinds of objects (strace.go).
//
// # Adding an option
//
// Add a field to options and one entry to optionList. The usage text, the
// manual, the completions and the table of the README come from that list. Then
// use the field where the objects are built.
package main

//go:generate env PLAIT_UPDATE=1 go test -count=1 -run ^TestReadme$|^TestStraceDoc$|^TestTranscripts$ .
