// Package speedscope writes the trace for https://www.speedscope.app: a profile for each
// thread, in which calls open and close.
//
// It owns that file format. It does not know threads, names and nesting: package timeline
// does. A file has its frames first, so everything is kept until the end, in some 5 bytes
// for each begin and end of a call.
//
// # Adding a member
//
// The format's JSON schema, against which a script tests the files, says what there is.
// Members of a frame are fields of frame; those of a profile are written by
// profile.write.
package speedscope

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"plait/output/text"
	"plait/output/timeline"
)

// maxBytes bounds what is kept of a trace.
const maxBytes = 512 << 20

// errTooLong means that the end of a trace was left out.
var errTooLong = errors.New("the trace is too long for speedscope: its end is left out")

// A Writer is an event.Sink that writes a file when it is closed.
type Writer struct {
	*timeline.Feed
	form    *form
	w       io.Writer
	program string // that made the file: "plait 1.2"
}

// New returns a Writer to w. look says how names look; version is plait's.
func New(w io.Writer, look text.Options, version string) *Writer {
	f := &form{frames: map[frame]uint64{}, profiles: map[int]*profile{}}
	return &Writer{timeline.New(f, look), f, w, "plait " + version}
}

// A frame is what a call is in the file.
type frame struct {
	Name string `json:"name"`
	File string `json:"file,omitempty"` // the library
}

// A profile is that of one track. Its events are pairs of numbers, as varints: the time
// since the event before, and twice the frame, plus 1 where it closes.
type profile struct {
	name   string
	events []byte
	last   int64
}

// A form is the timeline.Writer of a Writer.
type form struct {
	frames   map[frame]uint64
	list     []frame
	profiles map[int]*profile
	order    []*profile
	kept     int
	end      int64
}

// Track begins a profile, or renames it.
func (f *form) Track(t *timeline.Track) error {
	p := f.profiles[t.ID]
	if p == nil {
		p = &profile{}
		f.profiles[t.ID] = p
		f.order = append(f.order, p)
	}
	p.name = t.Process + ", " + t.Name
	return nil
}

// Begin opens a frame.
func (f *form) Begin(t *timeline.Track, at int64, c *timeline.Call) error {
	return f.event(t, at, 2*f.frame(c))
}

// End closes one. Those that are open are closed in any case.
func (f *form) End(t *timeline.Track, at int64, c *timeline.Call, _ timeline.Pairs) error {
	return f.event(t, at, 2*f.frame(c)+1)
}

func (f *form) event(t *timeline.Track, at int64, code uint64) error {
	p := f.profiles[t.ID]
	before := len(p.events)
	p.events = binary.AppendUvarint(p.events, uint64(max(0, at-p.last)))
	p.events = binary.AppendUvarint(p.events, code)
	p.last, f.end = at, max(f.end, at)
	if f.kept += len(p.events) - before; f.kept > maxBytes {
		return errTooLong
	}
	return nil
}

func (f *form) frame(c *timeline.Call) uint64 {
	k := frame{c.Name, c.Object}
	if c.System {
		k.File = "[kernel]"
	}
	n, ok := f.frames[k]
	if !ok {
		n = uint64(len(f.list))
		f.frames[k] = n
		f.list = append(f.list, k)
	}
	return n
}

// Mark, Flow and Counter have no place in the format.
func (f *form) Mark(*timeline.Track, int64, string, timeline.Pairs) error { return nil }

// Flow does nothing.
func (f *form) Flow(_, _ *timeline.Track, _ int64) error { return nil }

// Counter does nothing.
func (f *form) Counter(*timeline.Track, int64, string, int64) error { return nil }

// Close writes the file.
func (w *Writer) Close() error {
	if err := w.Feed.Close(); err != nil {
		return err
	}
	head, err := json.Marshal(struct {
		Schema   string `json:"$schema"`
		Exporter string `json:"exporter"`
		Shared   any    `json:"shared"`
	}{"https://www.speedscope.app/file-format-schema.json", w.program, map[string][]frame{"frames": append([]frame{}, w.form.list...)}})
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w.w)
	out.Write(head[:len(head)-1])
	out.WriteString(`,"profiles":[`)
	for i, p := range w.form.order {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := p.write(out, w.form.end); err != nil {
			return err
		}
	}
	out.WriteString("]}\n")
	return out.Flush()
}

func (p *profile) write(out *bufio.Writer, end int64) error {
	name, err := json.Marshal(p.name)
	if err != nil {
		return err
	}
	out.WriteString(`{"type":"evented","name":` + string(name) + `,"unit":"nanoseconds","startValue":0,"endValue":` + strconv.FormatInt(end, 10) + `,"events":[`)
	at := uint64(0)
	for rest, n := p.events, 0; len(rest) > 0; n++ {
		since, used := binary.Uvarint(rest)
		rest = rest[used:]
		code, used := binary.Uvarint(rest)
		rest = rest[used:]
		at += since
		if n > 0 {
			out.WriteByte(',')
		}
		kind := "O"
		if code&1 != 0 {
			kind = "C"
		}
		out.WriteString("\n" + `{"type":"` + kind + `","frame":` + strconv.FormatUint(code/2, 10) + `,"at":` + strconv.FormatUint(at, 10) + `}`)
	}
	out.WriteString("]}")
	return nil
}
