// Package decode turns the machine words of one call, and the memory that they point
// to, into values of package event.
//
// It owns Source, which is all that decoding may look at; the compiled types, called
// nodes, with their layout in memory and registers; the order of the ABI, by which a
// placer hands out a call's arguments; formats and other variable arguments; and
// Prototype, whose Enter and Return decode a call. It does not know the language that
// types are written in, files, or where words and memory come from.
//
// Nodes are made by functions: Word for what one word of the language means, Wrap for
// word(T), and one each for what has a syntax of its own (Array, Choice, Struct ...).
// What a tracee says is never trusted: lengths are bounded, pointers are counted, work
// is limited per call (Source.Spend), and memory that can't be read is a value.
//
// # Adding a type
//
// A word that stands alone gets a line in words.go, under numberWord if it is the same
// on all machines, else under pointerWord; word(T) a case in Wrap, and its name in the
// list of builder in plait/proto. What it shows is a node: a struct with shape, word
// (of a register) and load (of memory), beside the nodes that are like it. A type that
// stands for a kernel's or a library's struct is a lens (plait/proto/lens).
package decode
