// Package procinfo finds out what the numbers stand for that a process passes to the
// kernel: file descriptors, process IDs, and the namespaces that a call has created.
//
// It owns how much of that is shown and how it is worded, which is strace's way. It knows
// neither calls in progress nor how an event is formatted, and asks the kernel through
// Proc alone.
//
// # Adding to it
//
// Another kind of file that only /proc/PID/fdinfo describes is a case in
// Namer.anonymous and a field of Descriptors. Another kind of namespace is a row of
// namespaces.
package procinfo
