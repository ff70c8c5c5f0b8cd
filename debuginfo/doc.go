// Package debuginfo makes prototypes of what DWARF says of functions.
//
// It owns the reading of debugging information (DWARF 2 to 5, www.dwarfstd.org)
// as far as functions and types need it, and the making of text in the prototype
// language (docs/PROTOTYPES.md) of it. It does not know where sections come from
// (Sections), what processes are, or how prototypes are used.
//
// Files may have hundreds of megabytes of it. So nothing is read but what is
// asked for: the headers of units when an Info is opened, one unit when a
// function in it is asked for, and the types that the function names. Pages of
// sections are kept, a bounded number of them; each question may visit a bounded
// number of entries. Any bytes may be opened: an error makes an answer empty.
//
// # Adding a type of a language's library
//
// Structs that are shown as what they mean, such as std::string and &str, are in
// allWellKnown (known.go): what the name begins with, and a function that writes a
// struct of the prototype language. A source in testdata shows it in every way of
// building; where the text changes its meaning, storeHead gets the next number.
//
// The tests compare what is read with debug/dwarf (TestOracle).
package debuginfo
