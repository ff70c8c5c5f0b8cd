// Package ltrace is plait's own command line, which takes the options of ltrace(1). It
// owns their names, what they mean together, and the texts about them. It knows nothing
// of how the objects that it builds work.
//
// What the user typed is read into options (options.go) by the one list of them (list.go),
// checked as a whole (check.go), and turned into objects in one place (trace.go; look.go
// for how lines look, target.go for where they go). The usage text (help.go), the manual
// (man.go), the completions (complete.go), hints for misspelt options (suggest.go) and the table in
// README.md are made from the same list.
//
// # Adding an option
//
//  1. Add a field to options and an entry to optionList. There max bounds a number, and
//     words lists the possible values of a word; check.go checks both.
//  2. Add to check.go what it excludes, and to newOptions its default.
//  3. Use the field in trace.go, look.go or target.go.
//  4. Run "make generate" for the table in README.md, and add a script to testdata/script.
//
// A letter that ltrace does not have must mean what it means to strace; TestLetters
// lists those letters.
package ltrace
