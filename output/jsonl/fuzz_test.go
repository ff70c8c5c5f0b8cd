package jsonl

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"plait/bound"
	"plait/event"
	"plait/event/eventtest"
)

// FuzzRecords writes events that the input chooses entirely. Every record is one line
// of JSON that a terminal can show, and what the schema says.
func FuzzRecords(f *testing.F) {
	eventtest.AddSeeds(f, "name\xff", "\x7f\u202e")
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
	if name := twice(json.NewDecoder(strings.NewReader(line))); name != "" {
		t.Fatalf("two members are named %s: %q", name, line)
	}
	for _, r := range line {
		if !unicode.IsPrint(r) {
			t.Fatalf("%q in %q", r, line)
		}
	}
}

// twice reads one value, and returns the name that two members of one object in it have.
func twice(d *json.Decoder) (found string) {
	open, _ := d.Token()
	if open != json.Delim('{') && open != json.Delim('[') {
		return ""
	}
	names := map[string]bool{}
	for d.More() {
		if open == json.Delim('{') {
			token, _ := d.Token()
			name := token.(string)
			if names[name] {
				found = strconv.Quote(name)
			}
			names[name] = true
		}
		if inner := twice(d); inner != "" {
			found = inner
		}
	}
	_, _ = d.Token()
	return found
}

// TestMemberNames: whatever a struct's members are called, no two have one name.
func TestMemberNames(t *testing.T) {
	many := make([]string, 100)
	for _, test := range []struct{ names, want []string }{
		{[]string{"a", "b"}, []string{"a", "b"}},
		{[]string{"", "0"}, []string{"0", "01"}},
		{[]string{"a", "a", "a1"}, []string{"a", "a1", "a12"}},
		{[]string{"a1", "a", "a"}, []string{"a1", "a", "a2"}},
		{[]string{"a2", "a", "a"}, []string{"a2", "a", "a22"}},
		{[]string{"\xff", `\377`}, []string{`\377`, `\3771`}},
		{many, nil},
	} {
		var v event.Record
		for _, name := range test.names {
			v.Fields = append(v.Fields, event.Field{Name: name})
		}
		var l line
		l.record(v, 0)
		if name := twice(json.NewDecoder(strings.NewReader(string(l)))); name != "" {
			t.Errorf("%q: %s twice: %s", test.names, name, l)
		}
		var got struct{ Struct map[string]any }
		if err := json.Unmarshal(l, &got); err != nil || len(got.Struct) != len(test.names) {
			t.Errorf("%q: %v, %d members: %s", test.names, err, len(got.Struct), l)
		}
		for _, name := range test.want {
			if _, ok := got.Struct[name]; !ok {
				t.Errorf("%q: no %q in %s", test.names, name, l)
			}
		}
	}
}
