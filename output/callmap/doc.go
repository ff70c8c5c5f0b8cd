// Package callmap says which system calls each library call caused, how often it caused
// none, and what they cost (--map).
//
// It owns what "caused" means: a system call belongs to the innermost library call that
// is open around it in its thread (Options.Outermost: to the outermost). The call that
// the whole program runs in causes nothing: what is in no other call is the program's
// own, or the loader's, or that of a library that runs on its own account, as libc does
// when it writes the buffers of stdio at the end. A call has crossed into the kernel if
// a system call belongs to it. A call is counted when it begins, as one that never
// returns is a call too.
//
// What calls of stdio leave in a buffer is written later, often in no call at all: their row
// says so if the bytes are as many as they have left and libc wrote them to the descriptor
// of their stream (later.go). The system call is counted where it was made.
//
// It does not know how calls are named (Options.Name), where events come from, nor how
// a table is written.
//
// # Adding a column
//
// Add a field to row, add it up in Map.enter or Map.leave, and show it in rows.go.
//
// # Adding something to group by
//
// Add a Key and its entry in keys.
package callmap
