package ltrace

import (
	"path"

	"plait/event"
	"plait/filter"
	"plait/output/only"
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
	o.loaded = &loaded{paths: map[string]string{}, found: func(obj filter.Object) {
		clear(chosen)
		choice.CallsOf(obj, nil) // the filters remember that they were asked
		choice.FunctionsOf(obj)
		choice.IsExporter(obj)
	}}
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
			wanted = site.isChosen(choice, o.loaded.paths)
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

// loaded remembers the paths of objects, by the names that calls have them by.
type loaded struct {
	event.Sink
	paths map[string]string
	found func(filter.Object) // is called for each that is new
}

// Emit implements event.Sink.
func (l *loaded) Emit(e event.Event) error {
	if e, ok := e.(*event.Load); ok && len(l.paths) < maxKnown {
		name := path.Base(e.Path)
		if e.Soname != "" && !e.Main {
			name = e.Soname
		}
		if l.paths[name] != e.Path {
			l.paths[name] = e.Path
			l.found(filter.Object{Soname: e.Soname, Path: e.Path, Main: e.Main})
		}
	}
	return l.Sink.Emit(e)
}

// isChosen reports whether the tracer would have traced the call. paths are those of
// objects.
func (c callSite) isChosen(choice *filter.Choice, paths map[string]string) bool {
	callee := filter.Object{Soname: c.object, Path: paths[c.object], Main: c.main}
	if c.kind == event.Function {
		return selects(choice.FunctionsOf(callee), c.name)
	}
	var exporters []filter.Exports
	if choice.IsExporter(callee) {
		exporters = []filter.Exports{{Object: callee, Defines: func(string) bool { return true }}}
	}
	return selects(choice.CallsOf(filter.Object{Soname: c.from, Path: paths[c.from], Main: c.fromMain}, exporters), c.name)
}

func selects(s filter.Selector, name string) bool { return s != nil && s(name) }

// chooseRecorded returns a sink that passes on to s what the options choose.
func (o *options) chooseRecorded(s event.Sink, choice *filter.Choice) event.Sink {
	if _, signals, _ := o.sets(); signals != nil {
		s = only.Signals(s, signals.Has)
	}
	if calls := o.recordedChoice(choice); calls != nil {
		s = only.New(s, only.Options{Calls: calls})
	}
	if o.loaded != nil {
		o.loaded.Sink = s
		return o.loaded
	}
	return s
}
