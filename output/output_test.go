package output

import (
	"bytes"
	"testing"
	"time"

	"plait/event"
)

// TestFormats: each format is found by its name, has a description, and writes an empty
// trace and a trace of one call without an error.
func TestFormats(t *testing.T) {
	for _, f := range Formats {
		found, ok := Find(f.Name)
		if !ok || found.Help == "" || found.Help != f.Help {
			t.Errorf("%s: found %q, %t", f.Name, found.Help, ok)
		}
		var b bytes.Buffer
		sink := f.New(&b, Options{})
		call := &event.Call{ID: 1, Kind: event.System, Name: "getpid"}
		for _, e := range []event.Event{
			&event.Enter{Head: event.Head{PID: 7, TID: 7}, Call: call},
			&event.Return{Head: event.Head{PID: 7, TID: 7}, Call: call, Result: event.Int{Bits: 7, Size: 4}, Elapsed: time.Second},
		} {
			if err := sink.Emit(e); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
		if err := sink.Close(); err != nil || !bytes.Contains(b.Bytes(), []byte("getpid")) {
			t.Errorf("%s: %v, wrote %q", f.Name, err, b.String())
		}
	}
	if f := Named(); f[0].Name != Formats[0].Name || len(f) == len(Formats) {
		t.Errorf("%d formats are chosen by name, %s first", len(f), f[0].Name)
	}
	if f, ok := Find("none"); ok {
		t.Errorf("found %q", f.Name)
	}
}
