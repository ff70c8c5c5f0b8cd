// Package syntax is the language of prototypes as text (docs/PROTOTYPES.md).
//
// It owns the scanner, which cuts a file into items (Split) and tells what each
// defines without parsing it (HeadingOf); the parser, which makes a tree of one
// item (Parse, Decl); and the formatter (Format). It does not know what a word
// means: whether a type exists, how large it is, or what a name stands for.
//
// Files come from anybody. The parser stops at an item's first error, so that a
// fault costs one item, and bounds how deep an item may nest.
//
// # Adding to the language
//
// A new token goes into token.go; a construct gets a field in tree.go, a method of
// parser in parse.go (items), parse_type.go or parse_expr.go, and a method of
// writer in format.go. Give it a line in testdata/constructs.conf, and that line
// as Format writes it in testdata/constructs.golden. What it means is then said in
// plait/proto.
package syntax
