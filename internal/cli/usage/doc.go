// Package usage makes the texts that tell users of options: usage texts, the manual in
// the language of man(7), and tables for documents. It knows no option: each command line
// has its own list, and makes groups of entries of it.
package usage
