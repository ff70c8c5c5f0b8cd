package output

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode"
	"unicode/utf8"

	"plait/bound"
	"plait/event/eventtest"
	"plait/output/jsonl"
	"plait/output/table"
	"plait/output/text"
)

// FuzzFormats writes events of which the input decides all, in every format: whatever
// happens in a traced process, a trace is written, and what people may look at has nothing
// that steers a terminal.
func FuzzFormats(f *testing.F) {
	eventtest.AddSeeds(f, "name\xff;\n", "\x7f\u202e \x1b[2J")
	f.Fuzz(func(t *testing.T, b []byte, one, other string) {
		bound.Input(t, func() {
			for _, format := range formats {
				var out bytes.Buffer
				o := Options{
					Text:  text.Options{UTF8: len(b)%2 == 0, Demangle: len(b)%3 == 0},
					Table: forms[len(b)%len(forms)], Detail: len(b)%3 != 0 || len(b)%2 == 0, Plot: len(b)%2 == 0, Meta: jsonl.Options{Enters: len(b)%5 < 3, Argv: []string{one}},
				}
				sink := format.New(&out, o)
				d := eventtest.NewDice(b, one, other)
				for range 20 {
					if err := sink.Emit(d.Event()); err != nil {
						t.Fatal(format.Name, err)
					}
				}
				if err := sink.Close(); err != nil {
					t.Fatal(format.Name, err)
				}
				checkFile(t, format, o.Table, out.Bytes())
			}
		})
	})
}

// forms are those that tables have.
var forms = []table.Form{table.Text, table.CSV, table.JSON}

func checkFile(t *testing.T, f Format, form table.Form, b []byte) {
	if f.Binary {
		return
	}
	if !utf8.Valid(b) {
		t.Fatalf("%s: not UTF-8: %q", f.Name, b)
	}
	for _, r := range string(b) {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Fatalf("%s: %q in %q", f.Name, r, b)
		}
	}
	isJSON := f.Name == "chrome" || f.Name == "speedscope" || form == table.JSON && (f.Name == Map || f.Name == Heap || f.Name == Summary)
	if isJSON && !json.Valid(b) {
		t.Fatalf("%s: not JSON: %q", f.Name, b)
	}
}
