// Package decode turns the machine words of a call, and the memory that they point
// to, into values of package event.
//
// It owns Source, which is everything that decoding may look at; compiled types, called
// nodes, and their layout in memory and registers; the placer, which finds a call's
// arguments by the ABI; formats and other variable arguments; and Prototype, whose
// Enter and Return decode a call. It does not know the language that types are written
// in, prototype files, or where words and memory come from.
//
// It also says what must be noted of a call so that it can be decoded later (Prototype.Needs,
// Notes). TestNeeds in package proto decodes calls of every prototype in both ways.
//
// Functions make nodes: Word for a word of the language, Wrap for word(T), and one
// function for each type with a syntax of its own (Array, Choice, NewStruct ...).
// Data of the tracee is never trusted: lengths are limited, pointers are counted, each
// call has a budget of work (Source.Spend), and memory that can't be read is a value
// of its own.
//
// # Adding a type
//
// A word that stands alone gets a line in words.go: in numberWord if it is the same on
// all machines, otherwise in pointerWord. A word with a type in parentheses gets a case
// in Wrap and its name in proto/build.go. Its node is a struct with
// the methods shape, word (decodes a register) and load (decodes memory); put it next
// to similar nodes. A type for a struct of the kernel or of a library is a lens
// (plait/proto/lens). Values of a type that looks at nothing but its word can be decoded
// later: it gets a case in noted (needs.go), a lens the field Plain.
package decode
