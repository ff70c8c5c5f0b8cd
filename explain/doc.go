// Package explain says in plain English what each call did.
//
// It owns which of a function's sentences (docs/PROTOTYPES.md) is true of a call, how the
// values in it look, and what it takes to say why a call needed no system call: which
// bytes stdio holds (stream.go), where the heap ended, what descriptors stand for. It owns
// the digest, too, which says at the end what may have caused trouble. Both are sinks
// before outputs, so a trace and a replay are explained alike. It does not know where
// sentences are written, where events come from, or how an explanation is shown.
//
// Nothing is said that may be false: a sentence that names a value which is not known is
// left out, and so is one about system calls if only some of them are traced.
//
// # Adding a sentence
//
// Write it in proto/data/explain/LIBRARY, or syscalls, and run the tests of this room: they
// compare its names with the prototype.
//
// # Adding a fact
//
// Give it a name in proto (Facts), and a case to subject.fact. A form of slots is a case
// of formed.
package explain
