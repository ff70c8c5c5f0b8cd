// Command plait shows which library functions a program calls and, within them,
// which system calls, as one nested stream.
//
// It owns the choice of a command line, by the name that it was called by or by its
// first option: internal/cli/ltrace is plait's own and ltrace's, internal/cli/strace is
// strace's. It does not know their options. What both share is in internal/cli.
//
// # Adding a test
//
// The tests here run the whole program. Write a script in testdata/script that runs
// plait on a program in testdata/tracees and compares what it writes. A command line that
// must act as strace's is a case in testdata/strace.
package main

//go:generate env PLAIT_UPDATE=1 go test -count=1 -run ^TestReadme$|^TestStraceDoc$|^TestTranscripts$ .
