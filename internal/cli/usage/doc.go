// Package usage formats the descriptions of options. It owns the forms: usage texts, the
// manual in the macros of man(7), and tables for documents. It knows no option: each
// command line has its own list, from which it makes groups of entries.
//
// # Adding a form
//
// Write a function of []Group beside Table, or a method of Manual.
package usage
