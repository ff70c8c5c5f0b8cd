package recording

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"plait/bound"
	"plait/output"
	"plait/output/text"
)

// FuzzFormats shows recordings of which the input decides all, in all formats. Events of
// a stranger's recording need not make sense together.
func FuzzFormats(f *testing.F) {
	for seed := range uint64(20) {
		c := newEncoder()
		m := &maker{Rand: rand.New(rand.NewPCG(seed, 6)), full: seed%2 == 0}
		for range 12 {
			e := m.anEvent(eventTypes[m.IntN(len(eventTypes))])
			h := e.Header()
			h.PID, h.TID = 1+m.IntN(2), 1+m.IntN(3)
			c.add(e)
		}
		f.Add(bytes.Clone(c.out), byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte, look byte) {
		file := appendFrame([]byte(magic), kindBlock, b, 0)
		for _, format := range append(output.Named(), output.Find(output.Summary), output.Find(output.Counts)) {
			bound.Input(t, func() {
				show(t, file, format, text.Options{
					Align: 20, Indent: int(look % 3), Style: text.Style(look / 4 % 2), Threads: text.Naming(look % 5), Clock: text.Clock(look % 5), Elapsed: true, IP: look%2 == 0,
					From: true, Demangle: true, FullNames: look%8 == 0, UTF8: look%2 == 1, ArgNames: look%2 == 0, Constants: text.ConstForm(look % 3), Hex: text.HexForm(look % 4),
				})
			})
		}
	})
}

// show replays a recording in one format.
func show(t *testing.T, file []byte, format output.Format, look text.Options) {
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	s := format.New(io.Discard, output.Options{Text: look})
	for {
		e, err := r.Next()
		if err == io.EOF {
			break
		}
		if _, ok := errors.AsType[*Loss](err); !ok && err != nil {
			t.Fatal(err)
		}
		if err == nil {
			_ = s.Emit(e)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
