package ltrace

import (
	"plait/event"
	"plait/filter"
	"plait/output/only"
	"plait/syscalls"
)

// recordedChoice chooses among the calls of a recording as the tracer would have chosen
// among all calls. It is nil if nothing says which.
func (o *options) recordedChoice(choice *filter.Choice) *only.Choice {
	calls, _, _ := o.sets() // read without error by check
	library := o.choosesLibraryCalls()
	if !library && calls == nil {
		return nil
	}
	system := func(c *event.Call) bool { return (o.syscalls || !library) && calls.HasCall(c) }
	if !library {
		return &only.Choice{Match: func(c *event.Call) bool { return c.Kind != event.System || system(c) }}
	}
	chosen := map[callSite]bool{}
	return &only.Choice{Match: func(c *event.Call) bool {
		if c.Kind == event.System {
			return system(c)
		}
		site := callSite{c.Kind, c.Object, c.From, c.Name, c.Main, c.FromMain}
		wanted, ok := chosen[site]
		if !ok {
			if len(chosen) >= maxKnown {
				clear(chosen)
			}
			wanted = site.isChosen(choice)
			chosen[site] = wanted
		}
		return wanted
	}}
}

// choosesLibraryCalls reports whether an option says which library calls are shown.
func (o *options) choosesLibraryCalls() bool {
	return o.noMain || len(o.calls)+len(o.libraries)+len(o.functions) > 0
}

// A callSite is what filters of library calls look at.
type callSite struct {
	kind               event.CallKind
	object, from, name string
	main, fromMain     bool
}

// isChosen reports whether the tracer would have traced the call.
func (c callSite) isChosen(choice *filter.Choice) bool {
	callee := filter.Object{Soname: c.object, Main: c.main}
	if c.kind == event.Function {
		return selects(choice.FunctionsOf(callee), c.name)
	}
	var exporters []filter.Exports
	if choice.IsExporter(callee) {
		exporters = []filter.Exports{{Object: callee, Defines: func(string) bool { return true }}}
	}
	return selects(choice.CallsOf(filter.Object{Soname: c.from, Main: c.fromMain}, exporters), c.name)
}

func selects(s filter.Selector, name string) bool { return s != nil && s(name) }

// A signalFilter passes on all events but signals that the user does not want to see.
type signalFilter struct {
	event.Sink
	signals *syscalls.Signals
}

// Emit implements event.Sink.
func (f signalFilter) Emit(e event.Event) error {
	if s, ok := e.(*event.Signal); ok && !f.signals.Has(s.Number) {
		return nil
	}
	return f.Sink.Emit(e)
}

// chooseRecorded returns a sink that passes on to s what the options choose.
func (o *options) chooseRecorded(s event.Sink, choice *filter.Choice) event.Sink {
	if _, signals, _ := o.sets(); signals != nil {
		s = signalFilter{s, signals}
	}
	if calls := o.recordedChoice(choice); calls != nil {
		s = only.New(s, only.Options{Calls: calls})
	}
	return s
}
