// Package seccomp builds seccomp(2) filters. They let system calls that nobody wants to
// see run at full speed, and stop the others for the tracer.
//
// It owns the filter's instructions and their layout in memory. It does not install a
// filter, and does not know why a call is wanted.
//
// # Adding to it
//
// To distinguish calls by something else, add a test to For, before the tests of the
// numbers.
package seccomp
