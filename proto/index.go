package proto

import (
	_ "embed"
	"strings"
)

// index tells in which of the files that are written by hand a name is defined: lines
// "NAME FILE...", sorted by name. A start would otherwise read them all.
//
//go:embed index.tbl
var index string

// definedIn returns the files that define a name, without ".conf", with blanks between
// them; "" if none does.
func definedIn(name string) string {
	_, line := searchLines(index, name, indexed)
	_, files, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	return files
}

// indexed is the name that a line of the index is about.
func indexed(line string) string {
	name, _, _ := strings.Cut(line, " ")
	return name
}
