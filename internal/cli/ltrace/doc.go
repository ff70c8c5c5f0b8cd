// Package ltrace is plait's own command line, which takes the options of ltrace(1). It
// owns what they are called, what they mean together, and the texts about them. It knows
// nothing of how the objects work that it builds.
//
// What the user typed is read into options (options.go) by the one list of them (list.go),
// checked as a whole (check.go), and turned into objects in one place (trace.go; look.go
// for how lines look, target.go for where they go). The usage text (help.go), the manual
// (man.go), the completions (complete.go), hints for slips (meant.go) and the table in
// README.md are made from the same list.
//
// # Adding an option
//
//  1. Add a field to options and an entry to optionList. A number has a bound in most, a
//     word that is one of a few has them in words; both are checked by that.
//  2. Say in check.go what it excludes, in newOptions what it is if it is not given.
//  3. Use the field in trace.go, look.go or target.go.
//  4. Run "make generate" for the table in README.md, and add a script to testdata/script.
//
// A letter that is not ltrace's has to be strace's for the same thing; TestLetters has them.
package ltrace
