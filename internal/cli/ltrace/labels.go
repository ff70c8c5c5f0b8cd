package ltrace

import (
	"plait/event"
	"plait/internal/cli"
	"plait/output/narrow"
	"plait/output/text"
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
	return o.labelsOf(look).New(s)
}

// labelsOf returns the labels, which all outputs have in common.
func (o *options) labelsOf(look text.Options) *narrow.Labels {
	if o.labelling == nil {
		o.labelling = narrow.NewLabels(func(symbol string) string { return text.Name(&event.Call{Name: symbol}, look) })
	}
	return o.labelling
}
