// Package calls keeps what a format must remember of the calls that are open in
// each thread.
//
// It owns two rules that every format would otherwise have to implement: a thread that
// calls execve(2) goes on under another number and keeps its open calls, and a forked
// process has copies of its parent's open calls, which end in it as well. It does not
// know what a format remembers, or how a call looks.
//
// # Using it in a format
//
// Declare an Open of the type that is to be remembered. Push a value to the call's Thread
// at event.Enter, take it from Ending at event.Return, and pass Exec, Exit and Detach to
// Follow. Pass Spawn as well if the calls that a child inherits matter.
package calls
