package proto

import (
	_ "embed"
	"strings"
)

// index says which of the files written by hand define a name. Its lines are "NAME
// FILE...", sorted by name. Without it, every start of plait would have to read all of
// them.
//
//go:embed index.tbl
var index string

// definedIn returns the files that define a name, without ".conf" and separated by
// blanks, or "" if none does.
func definedIn(name string) string {
	_, line := searchLines(index, name, indexed)
	_, files, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	return files
}

// indexed returns the name that a line of the index is about.
func indexed(line string) string {
	name, _, _ := strings.Cut(line, " ")
	return name
}
