package output

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"testing"
	"time"

	"plait/event"
)

// TestFormats: each format is found by its name, has a description, and writes an empty
// trace and a trace of one call without an error.
func TestFormats(t *testing.T) {
	for _, f := range formats {
		if found := Find(f.Name); found.Help == "" || found.Help != f.Help {
			t.Errorf("%s: found %q", f.Name, found.Help)
		}
		for _, ending := range f.Endings {
			if found, _ := ByEnding("trace" + ending); found.Name != f.Name {
				t.Errorf("%s: %s is the ending of %s", f.Name, ending, found.Name)
			}
		}
		var b bytes.Buffer
		sink := f.New(&b, Options{})
		call := &event.Call{ID: 1, Kind: event.System, Name: "getpid"}
		block := &event.Call{ID: 2, Kind: event.Library, Name: "malloc"}
		for _, e := range []event.Event{
			&event.Enter{Head: event.Head{PID: 7, TID: 7}, Call: call},
			&event.Return{Head: event.Head{PID: 7, TID: 7}, Call: call, Result: event.Int{Bits: 7, Size: 4}, Elapsed: time.Second},
			&event.Enter{Head: event.Head{PID: 7, TID: 7}, Call: block},
			&event.Return{Head: event.Head{PID: 7, TID: 7}, Call: block, Result: event.Pointer{Addr: 16}, Heap: event.Heap{Block: 16, Size: 8, Sized: true}},
		} {
			if err := sink.Emit(e); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
		want := "getpid"
		if f.Name == Heap {
			want = "malloc"
		}
		if err := sink.Close(); err != nil || !bytes.Contains(unzipped(b.Bytes()), []byte(want)) {
			t.Errorf("%s: %v, wrote %q", f.Name, err, b.String())
		}
	}
	if f := Named(); f[0].Name != formats[0].Name || len(f) == len(formats) {
		t.Errorf("%d formats are chosen by name, %s first", len(f), f[0].Name)
	}
}

// unzipped returns what gzip made b of, or b itself. Of a page, it returns the rows.
func unzipped(b []byte) []byte {
	if _, rows, ok := bytes.Cut(b, []byte("<script type=\"plait/rows\">")); ok {
		b, _ = io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(rows[:bytes.IndexByte(rows, '<')])))
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return b
	}
	b, _ = io.ReadAll(z)
	return b
}
