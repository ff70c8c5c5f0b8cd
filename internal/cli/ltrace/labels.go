package ltrace

import (
	"plait/event"
	"plait/internal/cli"
	"plait/output/narrow"
	"plait/output/text"
	"plait/ptrace"
)

// checkLabels checks what does not go with labels.
func (o *options) checkLabels() error {
	if !o.labels {
		return nil
	}
	for _, other := range []struct {
		option string
		given  bool
		hint   string
	}{
		{"-t", o.timestamps > 0, "no two runs have the same times"},
		{"-r", o.relative, "no two runs have the same times"},
		{"-T", o.elapsed, "no two runs have the same times"},
		{"--interval", o.tables.interval != "", "no two runs have the same times"},
		{"-i", o.ip, "-w shows where calls are made, with addresses as their files count them"},
		{"--replay", o.replay != "", "a recording does not tell where things were in memory"},
	} {
		if other.given {
			return cli.UsageError{What: "--labels and " + other.option, Why: "exclude each other", Hint: other.hint}
		}
	}
	return nil
}

// labelled returns a sink that names addresses by what is there, if that is asked for.
func (o *options) labelled(s event.Sink, look text.Options) event.Sink {
	if !o.labels {
		return s
	}
	kernel := ptrace.New()
	return narrow.Labels{
		Name: func(symbol string) string { return text.Name(&event.Call{Name: symbol}, look) },
		Layout: func(pid int) (narrow.Layout, bool) {
			now, err := kernel.Layout(pid)
			l := narrow.Layout{Stack: now.Stack, Args: now.Args, Heap: now.Heap}
			for _, m := range now.Mappings {
				l.Mappings = append(l.Mappings, narrow.Mapping{Start: m.Start, End: m.End, Path: m.Path})
			}
			return l, err == nil
		},
	}.New(s)
}
