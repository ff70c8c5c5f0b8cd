// Package pprof writes the calls as a profile for "go tool pprof", with the number of
// calls and their time: https://github.com/google/pprof/blob/main/proto/profile.proto.
//
// It owns what a stack is in a profile: each call is a function in the mapping of its
// library; system calls are in that of the kernel. It does not know which stacks there
// are: package stacks does. It writes the message itself, since the format's own library
// would cost every start of plait half a millisecond; the tests read it by that library.
//
// # Adding a number
//
// Add it to stacks.Node, its type to sampleTypes, and its value in builder.sample.
package pprof

import (
	"compress/gzip"
	"io"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"plait/event"
	"plait/output/stacks"
	"plait/output/text"
)

// kernel is what profiles call the kernel's mapping.
const kernel = "[kernel.kallsyms]"

// Fields of message Profile, and of the messages in it (profile.proto).
const (
	profileSampleType  protowire.Number = 1
	profileSample      protowire.Number = 2
	profileMapping     protowire.Number = 3
	profileLocation    protowire.Number = 4
	profileFunction    protowire.Number = 5
	profileString      protowire.Number = 6
	profileTime        protowire.Number = 9
	profileDuration    protowire.Number = 10
	profilePeriodType  protowire.Number = 11
	profilePeriod      protowire.Number = 12
	profileDefaultType protowire.Number = 14

	typeName protowire.Number = 1
	typeUnit protowire.Number = 2

	sampleLocations protowire.Number = 1
	sampleValues    protowire.Number = 2

	anyID            protowire.Number = 1 // of a mapping, location or function
	mappingFile      protowire.Number = 5
	mappingFunctions protowire.Number = 7 // it has names
	locationMapping  protowire.Number = 2
	locationLine     protowire.Number = 4
	lineFunction     protowire.Number = 1
	functionName     protowire.Number = 2
	functionSymbol   protowire.Number = 3
	functionFile     protowire.Number = 4
)

// sampleTypes are what the numbers of a sample count, and in which unit.
var sampleTypes = [][2]string{{"calls", "count"}, {"time", "nanoseconds"}}

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
	b := builder{strings: map[string]uint64{}, mappings: map[string]uint64{}, locations: map[stacks.Frame]uint64{}}
	b.string("") // the first must be empty
	for _, t := range sampleTypes {
		b.valueType(profileSampleType, t)
	}
	w.tree.Walk(b.sample)
	b.valueType(profilePeriodType, sampleTypes[0])
	b.number(profilePeriod, 1)
	b.number(profileDefaultType, b.string(sampleTypes[1][0]))
	b.number(profileTime, uint64(max(0, w.begin.UnixNano())))
	b.number(profileDuration, uint64(max(0, w.last.Sub(w.begin))))
	z := gzip.NewWriter(w.w)
	if _, err := z.Write(b.profile); err != nil {
		return err
	}
	return z.Close()
}

// A builder makes a profile, and the parts that samples share.
type builder struct {
	profile   []byte
	strings   map[string]uint64
	mappings  map[string]uint64
	locations map[stacks.Frame]uint64
}

func (b *builder) number(field protowire.Number, n uint64) {
	b.profile = number(b.profile, field, n)
}

func (b *builder) message(field protowire.Number, m []byte) {
	b.profile = protowire.AppendBytes(protowire.AppendTag(b.profile, field, protowire.BytesType), m)
}

// string returns the number of a text, which it adds to the table if it is new.
func (b *builder) string(s string) uint64 {
	n, ok := b.strings[s]
	if !ok {
		n = uint64(len(b.strings))
		b.strings[s] = n
		b.message(profileString, []byte(s))
	}
	return n
}

func (b *builder) valueType(field protowire.Number, t [2]string) {
	m := number(nil, typeName, b.string(t[0]))
	b.message(field, number(m, typeUnit, b.string(t[1])))
}

func (b *builder) sample(stack []*stacks.Node) {
	n := stack[len(stack)-1]
	if len(stack) == 1 && n.Object != "" {
		b.mapping(n.Object) // readers take the first mapping of a profile for the program
	}
	if n.Calls == 0 {
		return
	}
	var m []byte
	for i := len(stack) - 1; i >= 0; i-- {
		m = number(m, sampleLocations, b.location(stack[i].Frame))
	}
	m = number(m, sampleValues, uint64(n.Calls))
	b.message(profileSample, number(m, sampleValues, uint64(n.Self)))
}

// location returns the number of a frame, with which a function goes.
func (b *builder) location(f stacks.Frame) uint64 {
	if id := b.locations[f]; id != 0 {
		return id
	}
	id := uint64(len(b.locations) + 1)
	b.locations[f] = id
	file := f.Object
	if f.System {
		file = kernel
	}
	fn := number(nil, anyID, id)
	fn = number(fn, functionName, b.string(f.Name))
	fn = number(fn, functionSymbol, b.string(f.Name))
	fn = number(fn, functionFile, b.string(file))
	b.message(profileFunction, fn)
	l := number(number(nil, anyID, id), locationMapping, b.mapping(file))
	line := number(nil, lineFunction, id)
	b.message(profileLocation, protowire.AppendBytes(protowire.AppendTag(l, locationLine, protowire.BytesType), line))
	return id
}

func (b *builder) mapping(file string) uint64 {
	if id := b.mappings[file]; id != 0 {
		return id
	}
	id := uint64(len(b.mappings) + 1)
	b.mappings[file] = id
	m := number(number(nil, anyID, id), mappingFile, b.string(file))
	b.message(profileMapping, number(m, mappingFunctions, 1))
	return id
}

func number(b []byte, field protowire.Number, n uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), n)
}
