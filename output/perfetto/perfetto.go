// Package perfetto writes the trace for https://ui.perfetto.dev, as a stream of its track
// events (protos/perfetto/trace/trace_packet.proto and track_event/ in Perfetto's
// sources): nested slices for calls, with arguments and results; instants for signals;
// flows where threads are made; counters.
//
// It owns what a slice is; the fields' numbers are in fields.go. It does not know threads,
// names and nesting: package timeline does. A file needs no end: what was written is read,
// even if plait was killed.
//
// # Adding a field
//
// Add its number to fields.go, below the file of Perfetto's sources that defines it, and
// append it where its message is made.
package perfetto

import (
	"io"

	"google.golang.org/protobuf/encoding/protowire"

	"plait/output/text"
	"plait/output/timeline"
)

// A Writer is an event.Sink that writes packets.
type Writer struct {
	*timeline.Feed
}

// New returns a Writer to w. look says how names and values look.
func New(w io.Writer, look text.Options) *Writer {
	return &Writer{timeline.New(&form{w: w, names: map[string]uint64{}, counters: map[counter]uint64{}}, look)}
}

// A form is the timeline.Writer of a Writer.
type form struct {
	w        io.Writer
	began    bool
	names    map[string]uint64 // interned names of slices
	counters map[counter]uint64
	flows    uint64
}

// A counter is one of a process.
type counter struct {
	process int
	name    string
}

// maxNames bounds the names that are interned; then they begin anew.
const maxNames = 1 << 16

// threadUUID returns the UUID of a thread's track. Those of threads, processes and
// counters differ in their last two bits.
func threadUUID(t *timeline.Track) uint64 { return uint64(t.ID)<<2 | 1 }

func processUUID(t *timeline.Track) uint64 { return uint64(t.ProcessID)<<2 | 2 }

// Track describes a thread, and its process.
func (f *form) Track(t *timeline.Track) error {
	process := varint(nil, descriptorUUID, processUUID(t))
	process = message(process, descriptorProcess, func(b []byte) []byte {
		b = varint(b, processPID, uint64(t.PID))
		return str(b, processName, t.Process)
	})
	if err := f.packet(bytesField(nil, packetDescriptor, process)); err != nil {
		return err
	}
	thread := varint(nil, descriptorUUID, threadUUID(t))
	thread = varint(thread, descriptorParent, processUUID(t))
	thread = message(thread, descriptorThread, func(b []byte) []byte {
		b = varint(b, threadPID, uint64(t.PID))
		b = varint(b, threadTID, uint64(t.TID))
		return str(b, threadName, t.Name)
	})
	return f.packet(bytesField(nil, packetDescriptor, thread))
}

var categories = map[bool]string{false: "library", true: "system"}

// Begin begins a slice.
func (f *form) Begin(t *timeline.Track, at int64, c *timeline.Call) error {
	name, isNew := f.intern(c.Name)
	e := f.event(sliceBegin, threadUUID(t))
	e = varint(e, eventNameID, name)
	e = str(e, eventCategory, categories[c.System])
	if c.Object != "" {
		e = annotate(e, timeline.Pairs{{Name: "object", Value: c.Object}})
	}
	e = annotate(e, c.Args)
	p := stamped(at)
	if isNew {
		p = message(p, packetInterned, func(b []byte) []byte {
			return message(b, internedNames, func(b []byte) []byte {
				return str(varint(b, internedID, name), internedName, c.Name)
			})
		})
	}
	return f.packet(bytesField(p, packetEvent, e))
}

// End ends a slice. What it says joins the slice's arguments.
func (f *form) End(t *timeline.Track, at int64, _ *timeline.Call, result timeline.Pairs) error {
	return f.packet(bytesField(stamped(at), packetEvent, annotate(f.event(sliceEnd, threadUUID(t)), result)))
}

// Mark writes an instant.
func (f *form) Mark(t *timeline.Track, at int64, name string, with timeline.Pairs) error {
	e := str(f.event(instant, threadUUID(t)), eventName, name)
	return f.packet(bytesField(stamped(at), packetEvent, annotate(e, with)))
}

// Flow writes two instants with an arrow between them.
func (f *form) Flow(from, to *timeline.Track, at int64) error {
	f.flows++
	for _, end := range []struct {
		t     *timeline.Track
		name  string
		field protowire.Number
	}{{from, "starts " + to.Name, eventFlow}, {to, "started by " + from.Name, eventFlowEnd}} {
		e := str(f.event(instant, threadUUID(end.t)), eventName, end.name)
		e = protowire.AppendFixed64(protowire.AppendTag(e, end.field, protowire.Fixed64Type), f.flows)
		if err := f.packet(bytesField(stamped(at), packetEvent, e)); err != nil {
			return err
		}
	}
	return nil
}

// Counter writes a value of a counter of bytes.
func (f *form) Counter(t *timeline.Track, at int64, name string, n int64) error {
	k := counter{t.ProcessID, name}
	uuid := f.counters[k]
	if uuid == 0 {
		uuid = uint64(len(f.counters)+1)<<2 | 3
		f.counters[k] = uuid
		d := str(varint(varint(nil, descriptorUUID, uuid), descriptorParent, processUUID(t)), descriptorName, name)
		d = message(d, descriptorCounter, func(b []byte) []byte { return varint(b, counterUnit, unitBytes) })
		if err := f.packet(bytesField(nil, packetDescriptor, d)); err != nil {
			return err
		}
	}
	e := varint(f.event(counterValue, uuid), eventCounter, uint64(n))
	return f.packet(bytesField(stamped(at), packetEvent, e))
}

func (f *form) event(kind, track uint64) []byte {
	return varint(varint(nil, eventType, kind), eventTrack, track)
}

// intern returns the number of a name, and whether the name must be told.
func (f *form) intern(name string) (n uint64, isNew bool) {
	if n, ok := f.names[name]; ok {
		return n, false
	}
	if len(f.names) >= maxNames {
		clear(f.names)
		f.began = false
	}
	n = uint64(len(f.names) + 1)
	f.names[name] = n
	return n, true
}

// packet writes one packet. The first says that nothing interned before is meant.
func (f *form) packet(b []byte) error {
	b = varint(b, packetSequence, 1)
	flags := uint64(needsState)
	if !f.began {
		f.began = true
		flags |= stateCleared
	}
	b = varint(b, packetFlags, flags)
	_, err := f.w.Write(bytesField(nil, tracePacket, b))
	return err
}
