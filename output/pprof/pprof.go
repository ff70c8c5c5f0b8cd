// Package pprof writes the calls as a profile for "go tool pprof", with the number of
// calls and their time: https://github.com/google/pprof/blob/main/proto/profile.proto.
//
// It owns what a stack is in a profile: each call is a function in the mapping of its
// library; system calls are in that of the kernel. It does not know which stacks there
// are: package stacks does.
//
// # Adding a number
//
// Add it to stacks.Node, its type to SampleType in Close, and its value in
// builder.sample.
package pprof

import (
	"io"
	"time"

	"github.com/google/pprof/profile"

	"plait/event"
	"plait/output/stacks"
	"plait/output/text"
)

// kernel is what profiles call the kernel's mapping.
const kernel = "[kernel.kallsyms]"

// A Writer is an event.Sink that writes a profile when it is closed.
type Writer struct {
	w           io.Writer
	tree        *stacks.Tree
	begin, last time.Time
}

// New returns a Writer to w. look says how names look.
func New(w io.Writer, look text.Options) *Writer {
	return &Writer{w: w, tree: stacks.New(look)}
}

// Emit counts. It returns no error.
func (w *Writer) Emit(e event.Event) error {
	at := e.Header().Time
	if w.begin.IsZero() {
		w.begin = at
	}
	w.last = at
	w.tree.Add(e)
	return nil
}

// Close writes the profile, compressed by gzip.
func (w *Writer) Close() error {
	p := profile.Profile{
		SampleType:        []*profile.ValueType{{Type: "calls", Unit: "count"}, {Type: "time", Unit: "nanoseconds"}},
		DefaultSampleType: "time",
		PeriodType:        &profile.ValueType{Type: "calls", Unit: "count"},
		Period:            1,
		TimeNanos:         w.begin.UnixNano(),
		DurationNanos:     int64(w.last.Sub(w.begin)),
	}
	b := builder{p: &p, mappings: map[string]*profile.Mapping{}, locations: map[stacks.Frame]*profile.Location{}}
	w.tree.Walk(b.sample)
	return p.Write(w.w)
}

// A builder makes the parts of a profile that samples share.
type builder struct {
	p         *profile.Profile
	mappings  map[string]*profile.Mapping
	locations map[stacks.Frame]*profile.Location
}

func (b *builder) sample(stack []*stacks.Node) {
	n := stack[len(stack)-1]
	if n.Calls == 0 {
		return
	}
	s := &profile.Sample{Value: []int64{int64(n.Calls), int64(n.Self)}}
	for i := len(stack) - 1; i >= 0; i-- {
		s.Location = append(s.Location, b.location(stack[i].Frame))
	}
	b.p.Sample = append(b.p.Sample, s)
}

func (b *builder) location(f stacks.Frame) *profile.Location {
	if l := b.locations[f]; l != nil {
		return l
	}
	id := uint64(len(b.p.Location) + 1)
	m := b.mapping(f)
	fn := &profile.Function{ID: id, Name: f.Name, SystemName: f.Name, Filename: m.File}
	l := &profile.Location{ID: id, Mapping: m, Line: []profile.Line{{Function: fn}}}
	b.p.Function = append(b.p.Function, fn)
	b.p.Location = append(b.p.Location, l)
	b.locations[f] = l
	return l
}

func (b *builder) mapping(f stacks.Frame) *profile.Mapping {
	file := f.Object
	if f.System {
		file = kernel
	}
	if m := b.mappings[file]; m != nil {
		return m
	}
	m := &profile.Mapping{ID: uint64(len(b.p.Mapping) + 1), File: file, HasFunctions: true}
	b.p.Mapping = append(b.p.Mapping, m)
	b.mappings[file] = m
	return m
}
