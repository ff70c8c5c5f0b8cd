// Package pty runs a command on a terminal of its own (--pty): it owns the pseudo-terminal
// (pty(7)), the relay between it and plait's own standard input and output, and the modes
// of plait's own terminal meanwhile. It does what script(1) does, but it starts no process:
// package ptrace does that, and passes the slave on to the command.
//
// It knows no option, and not what is traced.
//
//	plait's standard input  -> master | slave -> the command's descriptors 0, 1 and 2
//	plait's standard output <-        | <-
//
// # Adding to it
//
// A signal that plait must act on for the sake of the terminal: relayed in signals.go. What
// a terminal has besides size and modes: Open.
package pty
