package filter

import "slices"

// A Choice says which library calls are traced. The zero value is ltrace's
// default: the calls that the program itself makes, not its libraries'.
type Choice struct {
	Calls     []*Filter // -e: calls by name and by the object that makes them
	Exports   []*Filter // -l: calls by any object of what these libraries define (ParseLibrary)
	Functions []*Filter // -x: entry points of functions, by the object that defines them
	NoDefault bool      // -L: without Calls and Exports, no calls
}

// isDefault reports whether the user left the choice of calls to us.
func (c *Choice) isDefault() bool {
	return len(c.Calls) == 0 && len(c.Exports) == 0 && !c.NoDefault
}

// Any reports whether library calls are traced at all.
func (c *Choice) Any() bool {
	return c.isDefault() || len(c.Calls)+len(c.Exports)+len(c.Functions) > 0
}

// Exporter reports whether the calls of what obj defines are chosen by -l. When
// such a library appears, the slots of all objects are to be asked for again.
func (c *Choice) Exporter(obj Object) bool {
	return slices.ContainsFunc(c.Exports, func(f *Filter) bool { return len(f.meaning(obj)) > 0 })
}

// A Selector tells whether a symbol of one object is traced. A nil Selector
// says that none is, and that its symbols need not even be looked for.
type Selector func(symbol string) bool

// CallsOf returns the Selector for the calls that caller makes. The tracer
// passes the loaded libraries for which Exporter said yes, with a function that
// tells what a library defines; it is not called during CallsOf.
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

// FunctionsOf returns the Selector for the functions that obj defines.
func (c *Choice) FunctionsOf(obj Object) Selector {
	return union(selectors(c.Functions, obj))
}

// Unmatched returns a line about each filter that never chose anything, in the
// order in which the filters were given. It is asked for at the end of a trace.
func (c *Choice) Unmatched() []string {
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
			if line := f.unmatched(kind.option, kind.what); line != "" {
				lines = append(lines, line)
			}
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
	case !f.asked:
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

// meaning are the rules that concern obj. Where there are none, that is noted.
func (f *Filter) meaning(obj Object) []rule {
	rules := f.of(obj)
	if len(rules) == 0 {
		f.unlike(obj)
	}
	return rules
}

// selectors returns one Selector for each filter that can choose symbols of obj.
func selectors(filters []*Filter, obj Object) []Selector {
	var all []Selector
	for _, f := range filters {
		rules := f.meaning(obj)
		if len(rules) == 0 {
			continue
		}
		all = append(all, func(symbol string) bool {
			chosen := f.matchRules(rules, symbol)
			if !chosen {
				f.pass(symbol)
			}
			return f.note(chosen)
		})
	}
	return all
}

// exportSelectors returns one Selector for each filter that chose the library.
func exportSelectors(filters []*Filter, e Exports) []Selector {
	var all []Selector
	for _, f := range filters {
		if rules := f.of(e.Object); len(rules) > 0 {
			all = append(all, func(symbol string) bool {
				return f.note(f.matchRules(rules, symbol) && e.Defines(symbol))
			})
		}
	}
	return all
}

// note remembers that the filter chose something.
func (f *Filter) note(chosen bool) bool {
	if chosen && !f.matched.Load() {
		f.matched.Store(true)
	}
	return chosen
}

// union asks every Selector, also behind the first that says yes: each filter
// is to know whether it matched.
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
