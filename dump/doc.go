// Package dump copies the data that system calls move, for strace's -e read= and
// -e write=.
//
// It owns the list of calls that move data and the layouts of their buffers in memory. It
// knows no process: memory is read through an io.ReaderAt, and hostile memory costs a
// bounded number of reads.
//
// # Adding to it
//
// Another call is an entry of transfers. Another layout of buffers is a constant of type
// layout and a case in Wanted.Of.
package dump
