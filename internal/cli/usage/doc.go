// Package usage formats the descriptions of options: usage texts, the manual in the macros
// of man(7), and tables for documents. It knows no option: each command line has its own
// list, from which it makes groups of entries.
package usage
