package filter

import (
	"fmt"
	"slices"
)

// A Choice says which library calls are traced. The zero value is ltrace's default: the
// calls that the program itself makes, not those of its libraries.
type Choice struct {
	Calls     []*Filter // -e: calls by name and by the object that makes them
	Exports   []*Filter // -l: calls by any object of what these libraries define (ParseLibrary)
	Functions []*Filter // -x: entry points of functions, by the object that defines them
	NoDefault bool      // -L: without Calls and Exports, no calls

	// Known returns a Selector for more entry points, by what is known of the functions
	// and not by what the user calls them; nil: none.
	Known func(Object) Selector
}

// isDefault reports whether no option chooses calls.
func (c *Choice) isDefault() bool {
	return len(c.Calls) == 0 && len(c.Exports) == 0 && !c.NoDefault && c.Known == nil
}

// Any reports whether any library calls are traced.
func (c *Choice) Any() bool {
	return c.isDefault() || len(c.Calls)+len(c.Exports)+len(c.Functions) > 0 || c.Known != nil
}

// IsExporter reports whether -l chooses the calls of what obj defines. When such a
// library is loaded, the slots of all objects must be chosen again.
func (c *Choice) IsExporter(obj Object) bool {
	return slices.ContainsFunc(c.Exports, func(f *Filter) bool { return len(f.consider(obj)) > 0 })
}

// A Selector reports whether a symbol of one object is traced. A nil Selector chooses none:
// the symbols need not be read.
type Selector func(symbol string) bool

// CallsOf returns the Selector for the calls that caller makes. exporters are the loaded
// libraries for which IsExporter is true. Their Defines is not called before the Selector
// is.
func (c *Choice) CallsOf(caller Object, exporters []Exports) Selector {
	if c.isDefault() {
		if !caller.Main {
			return nil
		}
		return func(string) bool { return true }
	}
	calls := selectors(c.Calls, caller)
	for _, e := range exporters {
		calls = append(calls, exportSelectors(c.Exports, e)...)
	}
	return union(calls)
}

// Exports is a library and what it defines.
type Exports struct {
	Object  Object
	Defines func(symbol string) bool
}

// FunctionsOf returns the Selector for the functions that obj defines (-x, and Known).
func (c *Choice) FunctionsOf(obj Object) Selector {
	all := selectors(c.Functions, obj)
	if c.Known != nil {
		if known := c.Known(obj); known != nil {
			all = append(all, known)
		}
	}
	return union(all)
}

// Unmatched returns one line for each filter that never chose anything, in the order of the
// options -e, -l, -x. It is for the end of a trace. interrupted means that the trace ended
// before all objects and their symbols had been seen.
func (c *Choice) Unmatched(interrupted bool) []string {
	var lines []string
	for _, kind := range []struct {
		option, what string
		filters      []*Filter
	}{
		{"-e", "calls such a function", c.Calls},
		{"-l", "is called by the traced objects", c.Exports},
		{"-x", "defines such a function", c.Functions},
	} {
		for _, f := range kind.filters {
			line := f.unmatched(kind.option, kind.what)
			switch {
			case line == "":
				continue
			case interrupted:
				line = fmt.Sprintf("%s %s: nothing was traced for it before plait was interrupted", kind.option, f.text)
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func (f *Filter) unmatched(option, what string) string {
	if f.matched.Load() {
		return ""
	}
	line := option + " " + f.text + ": nothing was traced for it: "
	switch {
	case !f.sawAny:
		line += "the program and its libraries were not seen"
	case !f.sawObject:
		line += "no such object was loaded"
	case option == "-l":
		line += "nothing of it " + what
	default:
		line += "no object that it means " + what
	}
	if hint := f.hint(option); hint != "" {
		line += "; " + hint
	}
	return line
}

// consider returns the rules that are about obj. If there are none, it notes obj for advice.
func (f *Filter) consider(obj Object) []rule {
	rules := f.rulesFor(obj)
	if len(rules) == 0 {
		f.noteObject(obj)
	}
	return rules
}

// selectors returns one Selector for each filter that has rules about obj.
func selectors(filters []*Filter, obj Object) []Selector {
	var all []Selector
	for _, f := range filters {
		rules := f.consider(obj)
		if len(rules) == 0 {
			continue
		}
		all = append(all, func(symbol string) bool {
			chosen := f.matchRules(rules, symbol)
			if !chosen {
				f.noteSymbol(symbol)
			}
			return f.noteMatch(chosen)
		})
	}
	return all
}

// exportSelectors returns one Selector for each filter that has rules about the library.
func exportSelectors(filters []*Filter, e Exports) []Selector {
	var all []Selector
	for _, f := range filters {
		if rules := f.rulesFor(e.Object); len(rules) > 0 {
			all = append(all, func(symbol string) bool {
				return f.noteMatch(f.matchRules(rules, symbol) && e.Defines(symbol))
			})
		}
	}
	return all
}

// noteMatch notes that the filter chose something, and returns chosen.
func (f *Filter) noteMatch(chosen bool) bool {
	if chosen && !f.matched.Load() {
		f.matched.Store(true)
	}
	return chosen
}

// union returns a Selector that asks all Selectors, even after one said yes: each filter
// must know whether it matched.
func union(all []Selector) Selector {
	if len(all) == 0 {
		return nil
	}
	return func(symbol string) bool {
		chosen := false
		for _, one := range all {
			chosen = one(symbol) || chosen
		}
		return chosen
	}
}
