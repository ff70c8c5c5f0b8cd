package table

import (
	"encoding/csv"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ns", 999: "999 ns", 1000: "1.0 µs", 41_900: "42 µs", 8_140_000: "8.1 ms", 810 * time.Microsecond: "810 µs",
		999 * time.Millisecond: "999 ms", 75 * time.Second: "75.00 s",
	} {
		if got := Span(d).Text(Look{UTF8: true}); got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
	if got := Span(1500).Text(Look{}); got != "1.5 us" {
		t.Error(got)
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 5002: "5,002", 123456789: "123,456,789"} {
		if got := Grouped(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

// hostile is a table with names that mean something to a terminal or to a format.
func hostile(name string) *Table {
	return &Table{
		Columns: []Column{{Head: "name", Key: "name", Left: true}, {Head: "calls", Key: "calls"}, {Head: "caused", Key: "caused", Left: true}},
		Rows:    [][]Cell{{Word(name), Number(1234), Counts{Whose: name, All: []Count{{name, 2}}}}, {Word("x"), nil, nil}},
		Summary: "two rows", Totals: []Total{{"calls", Number(1234)}},
	}
}

// TestHostile: whatever bytes a name has, each form stays what it is.
func TestHostile(t *testing.T) {
	name := "a\"b,c\n\x1b[31m\xff\u202e"
	text := string(hostile(name).Bytes(Text, Look{UTF8: true}))
	if want := `name                              calls  caused
a"b,c\012\033[31m\377\342\200\256  1,234  a"b,c\012\033[31m\377\342\200\256: a"b,c\012\033[31m\377\342\200\256 ×2
x
two rows
`; strings.ReplaceAll(text, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("text:\n%s\nwant:\n%s", text, want)
	}
	rows, err := csv.NewReader(strings.NewReader(string(hostile(name).Bytes(CSV, Look{})))).ReadAll()
	if err != nil || len(rows) != 3 || rows[1][0] != `a"b,c\012\033[31m\377\342\200\256` {
		t.Errorf("CSV: %q, %v", rows, err)
	}
	var got struct {
		Rows []struct {
			Name   string
			Calls  *int
			Caused map[string]int
		}
		Calls int
	}
	if err := json.Unmarshal(hostile(name).Bytes(JSON, Look{}), &got); err != nil {
		t.Fatal(err)
	}
	for _, form := range Forms() {
		all := string(hostile(name).Bytes(Form(form), Look{UTF8: true}))
		if strings.ContainsFunc(all, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
			t.Errorf("%s would steer a terminal: %q", form, all)
		}
	}
	valid := strings.ReplaceAll(name, "\xff", "\ufffd")
	if len(got.Rows) != 2 || got.Rows[0].Name != valid || !reflect.DeepEqual(got.Rows[0].Caused, map[string]int{valid: 2}) || got.Rows[1].Calls != nil || got.Calls != 1234 {
		t.Errorf("JSON: %+v", got)
	}
}

// TestLongName: one very long name does not make all lines long.
func TestLongName(t *testing.T) {
	got := string(hostile(strings.Repeat("n", 1<<16)).Bytes(Text, Look{}))
	for line := range strings.Lines(got) {
		if len(line) > 1000 && !strings.HasPrefix(line, "nnn") {
			t.Errorf("a line of %d bytes: %.20s", len(line), line)
		}
	}
}
