// Package seccomp builds the seccomp(2) filters that let system calls which nobody wants
// to see run at full speed, and stop the others for the tracer.
//
// It owns the filter's instructions and their layout in memory. It does not install a
// filter, and does not know why a call is wanted.
//
// # Adding to it
//
// Another distinction is another test in For, before the tests of the numbers.
package seccomp
