// Package syntax scans, parses and formats the prototype language
// (docs/PROTOTYPES.md).
//
// It owns the scanner, which cuts a file into items (Split) and finds the kind and
// name of each without parsing it (HeadingOf); the parser, which turns one item into
// a tree (Parse, Decl); and the formatter (Format). It does not know what words mean:
// whether a type exists, how large it is, or what a name stands for.
//
// The input is not trusted. The parser stops at the first error of an item, so that
// an error costs one item, and limits how deeply an item may nest.
//
// # Adding to the language
//
// A new token goes into token.go. A construct gets a field in tree.go, a method of
// parser in parse.go (items), parse_type.go or parse_expr.go, and a method of
// writer in format.go. Add a line with it to testdata/constructs.conf, and the same
// line as Format writes it to testdata/constructs.golden. Package proto gives it its
// meaning.
package syntax
