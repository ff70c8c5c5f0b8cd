// Package dump takes the data that system calls move, as strace's -e read= and
// -e write= show it.
//
// It owns the list of calls that move data and the ways in which their buffers lie in
// memory. It knows no process: memory is read through an io.ReaderAt, and a hostile
// one costs a bounded number of reads.
//
// # Adding to it
//
// One more call is an entry of movers; one more way in which buffers lie is a shape.
package dump
