package recording

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"plait/bound"
	"plait/event"
)

// record returns a recording of events, several blocks long, and the events.
func record(t testing.TB, events, perBlock int) ([]byte, []event.Event) {
	t.Helper()
	var out bytes.Buffer
	w := New(&out, Header{Version: "test", Argv: []string{"plait", "\xff"}, PIDs: []int{1, 2}, Start: time.Unix(5, 6)})
	m := &maker{Rand: rand.New(rand.NewPCG(1, 2))}
	var all []event.Event
	for i := range events {
		e := m.anEvent(eventTypes[m.IntN(len(eventTypes))])
		if err := w.Emit(e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
		if (i+1)%perBlock == 0 {
			w.flush()
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), all
}

// readAll returns the events of a recording and what is missing of it.
func readAll(t testing.TB, file []byte) (events []event.Event, losses []*Loss) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for {
		e, err := r.Next()
		if err == io.EOF {
			return events, losses
		}
		if loss, ok := errors.AsType[*Loss](err); ok {
			losses = append(losses, loss)
		} else if err != nil {
			t.Fatal(err)
		} else {
			events = append(events, clone(e))
		}
	}
}

func TestWhole(t *testing.T) {
	file, want := record(t, 500, 40)
	got, losses := readAll(t, file)
	same(t, got, want)
	if losses != nil {
		t.Errorf("%v", losses)
	}
	r, _ := NewReader(bytes.NewReader(file))
	if h := r.Header(); h.Version != "test" || h.Argv[1] != "\xff" || len(h.PIDs) != 2 || !h.Start.Equal(time.Unix(5, 6)) {
		t.Errorf("%+v", h)
	}
}

// offsets returns where the blocks of a recording begin, and where the last one ends.
func offsets(t *testing.T, file []byte) (at []int) {
	t.Helper()
	f := frames{r: bytes.NewReader(file)}
	f.skipMagic()
	for {
		h, _, ok := f.peek()
		if !ok {
			t.Fatalf("no frame at %d", f.offset)
		}
		if h.kind == kindBlock {
			at = append(at, int(f.offset))
		} else if len(at) > 0 {
			return append(at, int(f.offset))
		}
		f.skip(h.length())
	}
}

// TestCut cuts a recording at every byte: what is in whole blocks is there.
func TestCut(t *testing.T) {
	const perBlock = 3
	file, want := record(t, 30, perBlock)
	blocks := offsets(t, file)
	for n := len(magic); n < len(file); n++ {
		whole := 0
		for whole+1 < len(blocks) && blocks[whole+1] <= n {
			whole++
		}
		got, losses := readAll(t, file[:n])
		same(t, got, want[:min(whole*perBlock, len(want))])
		if len(losses) == 0 {
			t.Fatalf("cut at %d of %d, and nothing is missing", n, len(file))
		}
	}
}

// TestDamaged damages every byte: only the block that it is in is missing, and that is
// said.
func TestDamaged(t *testing.T) {
	const perBlock = 3
	file, want := record(t, 30, perBlock)
	blocks := offsets(t, file)
	for i := blocks[0]; i < blocks[len(blocks)-1]; i++ {
		damaged := bytes.Clone(file)
		damaged[i] ^= 0x10
		got, losses := readAll(t, damaged)
		block := 0
		for blocks[block+1] <= i {
			block++
		}
		if i == blocks[block+1]-1 { // the newline behind it
			same(t, got, want)
			continue
		}
		if n := len(want) - perBlock; len(got) != n {
			t.Fatalf("byte %d: %d events, want %d", i, len(got), n)
		}
		last := block == len(blocks)-2
		if len(losses) != 1 || !last && losses[0].events != perBlock {
			t.Fatalf("byte %d of block %d: %v", i, block, losses)
		}
	}
}

// A log is a writer that tells what it has.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (g *log) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.b.Write(p)
}

func (g *log) bytes() []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return bytes.Clone(g.b.Bytes())
}

// TestSoon: what was emitted is in the file soon, though nothing follows.
func TestSoon(t *testing.T) {
	var g log
	w := New(&g, Header{})
	_ = w.Emit(&event.Notice{Text: "soon"})
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if b := g.bytes(); len(b) > 0 {
			if events, _ := readAll(t, b); len(events) == 1 {
				break
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("it is not in the file")
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestLarge: an event that is large has a block of its own; one that is too large is
// left out, and that is said.
func TestLarge(t *testing.T) {
	var out bytes.Buffer
	w := New(&out, Header{})
	noise := make([]byte, maxRaw+1)
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(noise)
	small := &event.Notice{Text: "small"}
	large := &event.Notice{Text: string(noise[:maxRaw-1000])}
	zeros := &event.Notice{Text: strings.Repeat("\x00", maxRaw-1000)}
	tooBig := &event.Notice{Text: string(noise)}
	for _, e := range []event.Event{small, large, small, zeros, small, tooBig, small} {
		if err := w.Emit(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, losses := readAll(t, out.Bytes())
	if len(losses) > 0 || len(got) != 7 {
		t.Fatalf("%d events, %v", len(got), losses)
	}
	for i, want := range []string{small.Text, large.Text, small.Text, zeros.Text, small.Text, "", small.Text} {
		text := got[i].(*event.Notice).Text
		if want == "" {
			if !strings.HasPrefix(text, "an event of 4194") {
				t.Error(text)
			}
		} else if text != want {
			t.Errorf("event %d is not as it was", i)
		}
	}
}

// A fullDisk takes so many bytes.
type fullDisk struct {
	bytes.Buffer
	room int
}

var errFull = errors.New("no space")

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(len(p), d.room-d.Len())
	_, _ = d.Buffer.Write(p[:n])
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

// TestFullDisk: the error is told, and what fitted can be read.
func TestFullDisk(t *testing.T) {
	d := &fullDisk{room: 3000}
	w := New(d, Header{})
	m := &maker{Rand: rand.New(rand.NewPCG(1, 2))}
	for range 200 {
		_ = w.Emit(m.anEvent(eventTypes[0]))
		w.flush()
	}
	if err := w.Close(); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
	if got, losses := readAll(t, d.Bytes()); len(got) == 0 || len(losses) == 0 {
		t.Errorf("%d events, %v", len(got), losses)
	}
}

// TestIndex: the parts of the index name all blocks.
func TestIndex(t *testing.T) {
	file, _ := record(t, 2*maxIndex+5, 1)
	f := frames{r: bytes.NewReader(file)}
	at, payloads := map[uint64]byte{}, map[uint64][]byte{}
	f.skipMagic()
	for {
		h, p, ok := f.peek()
		if !ok {
			break
		}
		at[uint64(f.offset)], payloads[uint64(f.offset)] = h.kind, bytes.Clone(p)
		f.skip(h.length())
	}
	var e end
	c := codec{tables: &tables{}}
	last := payloads[uint64(len(file)-headSize-20-1)]
	c.each(last, func() { c.endFields(&e) })
	if e.events != 2*maxIndex+5 {
		t.Fatalf("%d events, %q", e.events, last)
	}
	blocks := 0
	for from := e.index; from != 0; {
		var x index
		c.each(payloads[from], func() { c.indexFields(&x) })
		for _, offset := range x.offsets {
			if at[offset] != kindBlock {
				t.Fatalf("no block at %d", offset)
			}
			blocks++
		}
		from = uint64(x.before)
	}
	if blocks != 2*maxIndex+5 {
		t.Errorf("%d blocks", blocks)
	}
}

func TestNoRecording(t *testing.T) {
	for _, text := range []string{"", "plait", "hello\n", "plait recording 2\n"} {
		if _, err := NewReader(strings.NewReader(text)); err == nil {
			t.Errorf("%q is taken for a recording", text)
		}
	}
}

// FuzzReader reads what the input says. A checksum would keep most inputs out, so
// frames are made of it as well.
func FuzzReader(f *testing.F) {
	file, _ := record(f, 200, 10)
	f.Add(file)
	f.Add(file[len(magic):])
	c := newEncoder()
	m := &maker{Rand: rand.New(rand.NewPCG(3, 4)), full: true}
	for _, kind := range eventTypes {
		c.add(m.anEvent(kind))
	}
	f.Add(c.out)
	f.Fuzz(func(t *testing.T, b []byte) {
		bound.Input(t, func() {
			readTo(append([]byte(magic), b...))
			readTo(appendFrame([]byte(magic), kindBlock, b, 0))
			readTo(appendFrame([]byte(magic), kindHeader, b, 0))
			var p packer
			payload, raw := p.pack(b)
			readTo(appendFrame(appendFrame([]byte(magic), kindBlock, payload, raw), kindBlock, b, maxRatio*len(b)))
		})
	})
}

// readTo reads a recording to its end.
func readTo(file []byte) {
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		return
	}
	for {
		if _, err := r.Next(); err == io.EOF {
			return
		}
	}
}

// TestCostly reads recordings that are made to cost much: values of which few bytes make
// large ones, compressed as far as that is allowed.
func TestCostly(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, of which there is nothing to learn with the race detector")
	}
	pair := event.Field{Value: event.Void{}}
	costly := map[string]event.Event{
		"notes":   &event.Signal{Info: event.List{Items: repeated[event.Value](event.Note{Text: "x"}, 6000)}},
		"empty":   &event.Signal{Info: event.List{Items: repeated[event.Value](event.Note{}, 10000)}},
		"flags":   &event.Signal{Info: event.List{Items: repeated[event.Value](event.Flags{Size: 1}, 6000)}},
		"fields":  &event.Signal{Info: event.Record{Fields: repeated(pair, 8000)}},
		"streams": &event.Signal{Info: event.List{Items: repeated[event.Value](event.Pointer{Stream: &event.FD{}}, 8000)}},
		"stacks":  &event.Enter{Call: &event.Call{Stack: repeated(event.Caller{Addr: 1}, 60000)}},
		"args":    &event.Enter{Call: &event.Call{Args: repeated(event.Arg{}, 4000)}},
		"calls":   &event.Enter{Call: &event.Call{}},
	}
	for name, e := range costly {
		var p packer
		file := []byte(magic)
		for len(file) < 1<<20 {
			c := newEncoder()
			for c.add(e); len(c.out) < maxBlock && c.events < maxEvents; {
				c.add(e)
			}
			payload, raw := p.pack(c.out)
			file = appendFrame(file, kindBlock, payload, raw)
		}
		t.Run(name, func(t *testing.T) { bound.Input(t, func() { readTo(file) }) })
	}
}

func repeated[T any](v T, n int) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = v
	}
	return list
}

// TestSiteOfCall: a call is of a site if, and only if, siteOf says so, whichever field differs.
func TestSiteOfCall(t *testing.T) {
	m := &maker{Rand: rand.New(rand.NewPCG(1, 2)), full: true}
	var call event.Call
	m.fill(reflect.ValueOf(&call).Elem())
	s := siteOf(&call)
	differ := 0
	for i := range reflect.TypeFor[event.Call]().NumField() {
		other := call
		for range 20 {
			m.full = false
			m.fill(reflect.ValueOf(&other).Elem().Field(i))
			same := s == siteOf(&other)
			if s.isOf(&other) != same {
				t.Errorf("%s: isOf says %v, siteOf %v", reflect.TypeFor[event.Call]().Field(i).Name, !same, same)
			}
			if !same {
				differ++
			}
		}
	}
	if differ < 100 {
		t.Errorf("only %d calls are of other sites", differ)
	}
}
