// Package strace is the command line of strace(1). It owns strace's options, its messages,
// and its rules about which options exclude each other. It knows nothing about library
// calls, or about how the objects that it builds work.
//
// The command line is parsed as by getopt_long(3) (getopt.go), with one list of options
// (list.go). Each option stores what was given in options (options.go), by a function of
// set.go, or of qualify.go for -e. Then the command line is checked as a whole (check.go)
// and turned into objects (run.go, target.go), which trace.go uses; daemon.go is -D. The
// usage text, the section about strace in the manual, and the table in docs/STRACE.md are
// made from the same list.
//
// # Adding an option
//
//  1. Add a field to options and an entry to optionList. Its set function stores what was
//     given: on, appendTo and word make the simple ones, and qualifier makes an option of
//     an entry of qualifiers. Errors are made by die, or by dieHelp if the command line is
//     to blame.
//  2. Add to check.go what it excludes, and to newOptions its default.
//  3. Use the field in config (run.go), or in look or sink (target.go).
//  4. Run "make generate" for the table in docs/STRACE.md, and add a case to
//     testdata/strace, which compares with the real one.
//
// A letter must be strace's; TestStraceShorts lists them.
package strace
