package recording

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"plait/event"
)

// A folder keeps files in memory.
type folder struct {
	files []*bytes.Buffer
	open  int
}

func (f *folder) create(part int) (io.WriteCloser, error) {
	f.files = append(f.files, &bytes.Buffer{})
	if f.open++; f.open > 1 || part != len(f.files) {
		return nil, errors.New("the file before is open")
	}
	return folderFile{f.files[part-1], f}, nil
}

type folderFile struct {
	*bytes.Buffer
	in *folder
}

func (f folderFile) Close() error {
	f.in.open--
	return nil
}

// emit emits some events, each in a block of its own.
func emit(t *testing.T, w *Writer, m *maker, n int) (all []event.Event) {
	t.Helper()
	for range n {
		e := m.anEvent(eventTypes[m.IntN(len(eventTypes))])
		if err := w.Emit(e); err != nil {
			t.Fatal(err)
		}
		w.flush()
		all = append(all, e)
	}
	return all
}

// TestParts: each file can be read alone, none is larger than it may be, and all of them
// have everything.
func TestParts(t *testing.T) {
	var f folder
	const size = endSize + 4000
	w := NewParts(f.create, size, Header{Version: "v"})
	want := emit(t, w, &maker{Rand: rand.New(rand.NewPCG(1, 2))}, 300)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if len(f.files) < 5 || f.open != 0 {
		t.Fatalf("%d files, %d are open", len(f.files), f.open)
	}
	var got []event.Event
	var joined []byte
	for i, file := range f.files {
		if file.Len() > size {
			t.Errorf("file %d has %d bytes", i, file.Len())
		}
		events, losses := readAll(t, file.Bytes())
		if losses != nil {
			t.Errorf("file %d: %v", i, losses)
		}
		got = append(got, events...)
		joined = append(joined, file.Bytes()...)
	}
	same(t, got, want)
	got, losses := readAll(t, joined)
	same(t, got, want)
	if losses != nil {
		t.Error(losses)
	}
	_, losses = readAll(t, append(bytes.Clone(f.files[0].Bytes()), f.files[2].Bytes()...))
	if len(losses) != 1 || losses[0].events < 1 {
		t.Errorf("without the second file: %v", losses)
	}
}

// TestLast: the newest events are kept, and written when asked for.
func TestLast(t *testing.T) {
	var f folder
	w := NewLast(f.create, 4000, Header{})
	m := &maker{Rand: rand.New(rand.NewPCG(1, 2))}
	first := emit(t, w, m, 300)
	w.Dump()
	second := emit(t, w, m, 3)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if len(f.files) != 2 || f.open != 0 {
		t.Fatalf("%d files, %d are open", len(f.files), f.open)
	}
	got, losses := readAll(t, f.files[0].Bytes())
	if losses != nil || len(got) < 3 || f.files[0].Len() > 4000+endSize {
		t.Fatalf("%d events, %v", len(got), losses)
	}
	same(t, got, first[len(first)-len(got):])
	got, losses = readAll(t, f.files[1].Bytes())
	same(t, got, second)
	if losses != nil {
		t.Error(losses)
	}
}

// TestPartsFail: an error of opening a file is told.
func TestPartsFail(t *testing.T) {
	no := errors.New("no")
	for _, w := range []*Writer{
		NewParts(func(int) (io.WriteCloser, error) { return nil, no }, 100, Header{}),
		NewLast(func(int) (io.WriteCloser, error) { return nil, no }, 100, Header{}),
	} {
		_ = w.Emit(&event.Notice{})
		if err := w.Close(); !errors.Is(err, no) {
			t.Error(err)
		}
	}
}
