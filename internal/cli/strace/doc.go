// Package strace is the command line of strace(1), with its output and its messages.
//
// It is read as getopt_long(3) reads one (getopt.go) by one list of options (list.go),
// joined and checked as a whole (check.go), and turned into objects (run.go).
package strace
