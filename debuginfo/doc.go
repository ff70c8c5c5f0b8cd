// Package debuginfo makes prototypes from DWARF debugging information.
//
// It owns the reading of debugging information (DWARF 2 to 5, www.dwarfstd.org) as far
// as functions, their types and source lines need it, and its translation to text in
// the prototype language (docs/PROTOTYPES.md). It does not know where sections come
// from (Sections), what processes are, or how prototypes are used.
//
// A file may have hundreds of megabytes of debugging information. So only what a
// question needs is read: the headers of units when an Info is opened, one unit for a
// function in it, and the types that the function uses. A bounded number of pages of
// sections is kept in memory, and each question may visit a bounded number of entries.
// Any bytes may be opened: an error makes an answer empty.
//
// # Adding a type of a language's library
//
// Structs that are shown as what they mean, such as std::string and &str, are in
// allWellKnown (known.go): what the name begins with, and a function that writes a
// struct of the prototype language. A source in testdata shows it in every way of
// building; where the text changes its meaning, fileHeader gets the next number.
//
// The tests compare what is read with debug/dwarf (TestOracle).
package debuginfo
