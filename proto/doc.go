// Package proto finds prototypes and makes them ready to decode calls.
//
// It owns the shipped files of prototypes (data) and the users'; which of them is
// meant for a symbol (Database); what C++'s mangled names tell (mangled.go); and the
// compiler, which turns a declaration into a decode.Prototype. It does not know how
// the language is written (plait/proto/syntax), how types lie in memory and what they
// become (plait/proto/decode, plait/proto/lens), or what numbers system calls have.
//
// A file's text is cut into items; an item is parsed and compiled when it is first
// used, so that start-up costs what is used. Of the shipped files, those written by
// hand are found by an index of their names (index.tbl).
//
// # Adding a prototype, a flag set, a struct
//
// A prototype is one line in data/LIBRARY/HEADER.conf. Flags, enums and structs are
// blocks in data/abi/HEADER.conf; where that file says that it is made by gen_abi.go,
// in the template abi/HEADER.in, which needs no numbers: the headers have them. Then
// make generate brings the files and the index up to date. What is in data/generated is
// not edited: tools/protogen/libraries.txt says what is in it. The tests compile all of
// it.
//
// # Adding a word with a syntax of its own
//
// Let plait/proto/syntax parse it, write a method of compiler beside those in
// build.go, and enter it in builder.
package proto
