// Package seccomp makes the filters (seccomp(2)) that let the system calls pass which
// nobody wants to see, and stop the others.
//
// It owns the filter's instructions and their layout in memory. It does not install
// anything, and does not know why a call is wanted.
//
// # Adding to it
//
// What more a filter is to tell apart is a test in For, before those of the numbers.
package seccomp
