package proto

import (
	_ "embed"
	"strings"
)

// cxxTable has the facts that the mangled names of the C++ library's functions leave out
// (tools/protogen/cxx.go).
//
//go:embed cxx.tbl
var cxxTable string

// Results that are built where a hidden first argument points, as cxxTable spells them.
const (
	stringObject = "string object"
	otherObject  = "object"
)

// cxxFacts are the facts about a C++ function that its name leaves out.
type cxxFacts struct {
	result string // in the language of prototypes, or one of the objects; "" if nothing is known
	member bool   // it is called for an object
}

// cxxFactsOf returns the facts about a mangled name in cxxTable.
func cxxFactsOf(symbol string) cxxFacts {
	_, line := searchLines(cxxTable, symbol, func(line string) string {
		name, _, _ := strings.Cut(line, " ")
		return name
	})
	_, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	result, member := strings.CutSuffix(rest, " member")
	return cxxFacts{strings.TrimSuffix(result, " static"), member}
}
