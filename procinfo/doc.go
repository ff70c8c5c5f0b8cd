// Package procinfo tells what the numbers stand for that a process passes to the kernel:
// descriptors, process numbers, and the namespaces that a call has made.
//
// It owns how much of that is said and in which words, which are strace's. It knows
// neither calls in progress nor how an event is shown, and asks the kernel through
// Proc alone.
//
// # Adding to it
//
// One more kind of file that only /proc/PID/fdinfo tells about is a case in anonymous
// and a field of Descriptors; one more namespace is a row of namespaces.
package procinfo
