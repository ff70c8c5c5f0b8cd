package jsonl

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"plait/bound"
	"plait/event/eventtest"
)

// FuzzRecords writes events that the input chooses entirely. Every record is one line
// of JSON that a terminal can show, and what the schema says.
func FuzzRecords(f *testing.F) {
	for seed := range byte(40) {
		b := make([]byte, 200)
		for i := range b {
			b[i] = seed + byte(i)*seed
		}
		f.Add(b, "name\xff", "\x7f\u202e")
	}
	schema := compileSchema(f)
	f.Fuzz(func(t *testing.T, b []byte, name, text string) {
		bound.Input(t, func() {
			d := eventtest.NewDice(b, name, text)
			var out strings.Builder
			j := New(&out, Options{Version: text, Argv: []string{name, text}})
			for range 20 {
				if err := j.Emit(d.Event()); err != nil {
					t.Fatal(err)
				}
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(out.String()) {
				checkLine(t, line)
				checkSchema(t, schema, line)
			}
		})
	})
}

func checkSchema(t *testing.T, s *jsonschema.Schema, line string) {
	r, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
	if err == nil {
		err = s.Validate(r)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, line)
	}
}

func checkLine(t *testing.T, line string) {
	line, ok := strings.CutSuffix(line, "\n")
	if !ok || !json.Valid([]byte(line)) || !utf8.ValidString(line) || !strings.HasPrefix(line, `{"t":"`) {
		t.Fatalf("no record: %q", line)
	}
	for _, r := range line {
		if !unicode.IsPrint(r) {
			t.Fatalf("%q in %q", r, line)
		}
	}
}
