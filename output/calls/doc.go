// Package calls keeps what a format must remember of the calls that are open in
// each thread.
//
// It owns two things that every format would otherwise have to get right by
// itself: a thread that calls execve(2) goes on under another number and takes
// its open calls with it, and a forked process shares the open calls of its
// creator, which end in it once more. It does not know what a format remembers,
// nor how a call looks.
//
// # Using it in a format
//
// Give an Open the type of what is to be remembered. Push it onto the call's
// Thread at event.Enter, take it from Ending at event.Return, and pass Exec, Exit and Detach
// to Follow; Spawn as well, if the calls that a child has inherited matter.
package calls
