package ltrace

import (
	"plait/arch"
	"plait/event"
	"plait/filter"
	"plait/internal/cli"
	"plait/output/only"
	"plait/output/text"
	"plait/syscalls"
)

// onlyOptions are the conditions on shown calls as the user typed them.
type onlyOptions struct {
	within, from, until, causes string
	crossing, failed            bool
}

// needSyscalls reports whether a condition is about system calls.
func (o *onlyOptions) needSyscalls() bool { return o.crossing || o.causes != "" }

// parse returns the conditions.
func (o *onlyOptions) parse() (all only.Options, err error) {
	all.Crossing, all.Failed = o.crossing, o.failed
	for _, named := range []struct {
		option, text string
		into         **only.Choice
		parse        func(string) (func(*event.Call) bool, error)
	}{
		{"--within ", o.within, &all.Within, callsNamed},
		{"--from ", o.from, &all.From, callsNamed},
		{"--until ", o.until, &all.Until, callsNamed},
		{"--causes ", o.causes, &all.Causes, systemCallsIn},
	} {
		if named.text == "" {
			continue
		}
		match, err := named.parse(named.text)
		if err != nil {
			return all, cli.UsageError{What: named.option + named.text, Why: err.Error()}
		}
		*named.into = &only.Choice{Text: named.option + named.text, Match: match}
	}
	return all, nil
}

// systemCallsIn returns what tells system calls in a set.
func systemCallsIn(text string) (func(*event.Call) bool, error) {
	set, err := syscalls.ParseSet(text, syscalls.For(arch.Native, 0))
	if err != nil {
		return nil, err
	}
	return set.HasCall, nil
}

// callsNamed returns what tells calls that a filter chooses. System calls have their own
// names, with and without the prefix that the trace shows them with.
func callsNamed(named string) (func(*event.Call) bool, error) {
	f, err := filter.Parse(named)
	if err != nil {
		return nil, err
	}
	f.Spell(text.Spellings)
	known := map[calledName]bool{}
	return func(c *event.Call) bool {
		k := calledName{c.Kind == event.System, c.Main, c.Object, c.Name}
		match, ok := known[k]
		if !ok {
			if len(known) >= maxKnown {
				clear(known)
			}
			match = matches(f, k)
			known[k] = match
		}
		return match
	}, nil
}

// A calledName is what a filter looks at.
type calledName struct {
	system, main bool
	object, name string
}

// maxKnown bounds how many decisions are remembered.
const maxKnown = 4096

func matches(f *filter.Filter, k calledName) bool {
	if k.system {
		return f.Match(filter.Object{}, k.name) || f.Match(filter.Object{}, text.SystemPrefix+k.name)
	}
	return f.Match(filter.Object{Soname: k.object, Main: k.main}, k.name)
}
