// Package proto knows what the arguments of calls mean.
//
// It owns the shipped files of prototypes (docs/PROTOTYPES.md; their text is
// read by plait/proto/syntax), data, and the users'; the compiled types,
// called nodes, with their layout in memory and registers; and the lenses, which
// turn the bits of one value and what they point at into an event.Value. It does
// not know where words and memory come from (Source), what numbers system calls
// have, or how values look in the end.
//
// A file's text is cut into items; an item is parsed, and compiled
// (Prototype, node) when it is first used, so that start-up costs what is used.
// At a call, a placer hands out the argument words in the order of the ABI, and
// each node decodes its own. What a tracee says is never trusted: lengths are
// bounded, pointers are counted, work is limited per call, and memory that can't
// be read is a value.
//
// # Adding a prototype, a flag set, a struct
//
// A prototype is one line in data/LIBRARY/HEADER.conf; flags, enums and structs
// are blocks in data/abi/HEADER.conf. The tests parse all of it.
//
// # Adding a lens that needs code
//
// Write lens_NAME.go with a type that has Decode (or DecodeSized, for NAME[n]),
// using Source.Read, Word, Text, Named and At, and enter it in the list lenses.
package proto
