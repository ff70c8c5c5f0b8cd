// Package strace is the command line of strace(1), with its options, its messages, and its
// rules about what excludes what. It knows nothing of how the objects work that it builds,
// and nothing of library calls.
//
// The command line is read as getopt_long(3) reads one (getopt.go) by one list of options
// (list.go), each of which notes in options (options.go) what was given (set.go; qualify.go
// for what follows -e). Then it is checked and joined as a whole (check.go) and turned into
// objects (run.go, target.go), which trace.go uses; daemon.go is -D. The usage text, the
// section about strace in the manual, and the table in docs/STRACE.md are made from the
// same list.
//
// # Adding an option
//
//  1. Add a field to options and an entry to optionList. Its set notes what was given: on,
//     keep and word make the simple ones; an entry of qualifiers is also an option by
//     qualifier. What is wrong is said by die, or by dieHelp if the command line is to blame.
//  2. Say in check.go what it excludes, in newOptions what it is if it is not given.
//  3. Use the field in config (run.go), or in look or sink (target.go).
//  4. Run "make generate" for the table in docs/STRACE.md, and add a case to
//     testdata/strace, which compares with the real one.
//
// A letter has to be strace's; TestStraceShorts has them.
package strace
