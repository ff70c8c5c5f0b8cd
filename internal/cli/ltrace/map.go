package ltrace

import (
	"slices"
	"strings"

	"plait/internal/cli"
	"plait/output"
	"plait/output/callmap"
)

// The values of --map.
const (
	mapInnermost = "innermost"
	mapOutermost = "outermost"
)

var mapViews = []string{mapInnermost, mapOutermost}

// mapKeys returns the possible words of --by.
func mapKeys() (keys []string) {
	for _, key := range callmap.Keys {
		keys = append(keys, string(key))
	}
	return keys
}

// showsMap reports whether the map is written.
func (o *options) showsMap() bool { return o.mapView != "" || o.format == output.Map }

// mapOptions returns what the map shows.
func (o *options) mapOptions() callmap.Options {
	m := callmap.Options{Whole: o.tracesProgram(), Outermost: o.mapView == mapOutermost, Sort: callmap.Order(o.tables.order)}
	m.By, _ = o.keys() // read without error by check
	return m
}

// tracesProgram reports whether all library calls that the program itself makes are traced,
// or were when it was recorded.
func (o *options) tracesProgram() bool {
	recorded := o.origin == nil || len(o.origin.Options.Filters) == 0
	return recorded && !o.noMain && len(o.calls)+len(o.libraries) == 0
}

// byCaller reports whether rows are grouped by the function that calls.
func (o *options) byCaller() bool {
	keys, _ := o.keys() // read without error by check
	return slices.Contains(keys, callmap.Caller)
}

// keys parses the argument of --by.
func (o *options) keys() (keys []callmap.Key, err error) {
	if o.tables.by == "" {
		return nil, nil
	}
	for word := range strings.SplitSeq(o.tables.by, ",") {
		if !slices.Contains(mapKeys(), word) {
			return nil, cli.UsageError{What: "--by " + word, Why: oneOf(mapKeys())}
		}
		if !slices.Contains(keys, callmap.Key(word)) {
			keys = append(keys, callmap.Key(word))
		}
	}
	return keys, nil
}
