// Package procinfo finds out what the numbers mean that a process passes to the kernel:
// file descriptors, process IDs, and namespaces that a call has created.
//
// It owns how much of that is shown and its wording, which is strace's. It does not know
// open calls or how an event is formatted, and asks the kernel only through Proc.
//
// # Adding to it
//
// Another kind of file that only /proc/PID/fdinfo describes is a case in
// Namer.anonymous and a field of Descriptors. Another kind of namespace is a row of
// namespaces.
package procinfo
