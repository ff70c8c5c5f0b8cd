// Package proto finds the prototypes of functions and compiles them, so that calls can be
// decoded.
//
// It owns the files of prototypes, shipped ones (data) and users'; the choice of the
// prototype for a symbol (Database); what mangled names of C++ say (mangled.go); and the
// compiler, which turns a declaration into a decode.Prototype. It does not know how the
// language is written (plait/proto/syntax), how types lie in memory and are decoded
// (plait/proto/decode, plait/proto/lens), or what numbers system calls have.
//
// A file's text is cut into items. An item is parsed and compiled when it is first used,
// so that start-up only pays for what is used. An index of names (index.tbl) leads to the
// shipped files that are written by hand.
//
// # Adding a prototype, a flag set, a struct
//
// A prototype is one line in data/LIBRARY/HEADER.conf. Flags, enums and structs that the
// kernel shares are blocks in a template abi/HEADER.in, which needs no numbers, because
// the headers have them. "make generate" then updates data/abi and the index. Do not edit
// data/generated: tools/protogen/libraries.txt says what is in it. The tests compile
// everything.
//
// # Adding a word with a syntax of its own
//
// Make plait/proto/syntax parse it, write a method of compiler beside those in build.go,
// and enter it in builder.
package proto
