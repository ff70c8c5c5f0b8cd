// Command plait shows which library functions a program calls and, within them,
// which system calls, as one nested stream.
//
// It chooses a command line by the name that it was called by or by its first option,
// and runs that: internal/cli/ltrace is plait's own and ltrace's, internal/cli/strace
// is strace's. What both share is internal/cli.
//
// The tests here run the whole program.
package main

//go:generate env PLAIT_UPDATE=1 go test -count=1 -run ^TestReadme$|^TestStraceDoc$|^TestTranscripts$ .
