// Package ltrace is plait's own command line, which takes the options of ltrace(1).
//
// What the user typed is collected in options (list.go has the one list of them),
// checked (check.go), and turned into objects in one place (trace.go). It knows nothing
// of how these do their work. Whatever is said to the user goes through cli.UI.
//
// # Adding an option
//
// Add a field to options and one entry to optionList. The usage text, the
// manual, the completions and the table of the README come from that list. Then
// use the field where the objects are built.
package ltrace
