package table

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A Form is how a table is written.
type Form string

// The forms.
const (
	Text Form = "text"
	CSV  Form = "csv"
	JSON Form = "json"
)

// Forms returns the names of all forms, the default first.
func Forms() []string { return []string{string(Text), string(CSV), string(JSON)} }

// A Column is a column of a table.
type Column struct {
	Head string // above it, in text
	Key  string // in CSV and JSON
	Left bool   // text is at the left of the column, not at the right
}

// A Table is what Write writes.
type Table struct {
	Columns []Column
	Rows    [][]Cell // a cell for each column; nil: there is nothing to say
	Summary string   // a last line, in text
	Totals  []Total  // the same as members beside the rows, in JSON
	After   *Span    // of a table in the middle of a trace: when that is, from its begin; else nil
}

// The key of Table.After in CSV and JSON.
const afterKey = "after_seconds"

// A Total is a number about the whole table.
type Total struct {
	Key   string
	Value Cell
}

// A Look is what the reader's terminal allows.
type Look struct {
	UTF8 bool // signs beyond ASCII
	Wide bool // lists are written whole
}

// Bytes returns the table in the given form; the zero Form is Text.
func (t *Table) Bytes(form Form, look Look) []byte {
	switch form {
	case CSV:
		return t.csv()
	case JSON:
		return t.json()
	}
	return t.text(look)
}

// text writes the cells in columns, with two blanks between them and none at the end
// of a line.
func (t *Table) text(look Look) []byte {
	lines := [][]string{t.heads()}
	for _, row := range t.Rows {
		lines = append(lines, mapCells(row, "", func(c Cell) string { return printable(c.Text(look), look.UTF8) }))
	}
	widths := make([]int, len(t.Columns))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b bytes.Buffer
	if t.After != nil {
		b.WriteString("after " + t.After.Text(look) + ":\n")
	}
	for _, line := range lines {
		b.WriteString(t.line(line, widths))
	}
	if t.Summary != "" {
		b.WriteString(t.Summary + "\n")
	}
	if t.After != nil {
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func (t *Table) heads() []string {
	var all []string
	for _, c := range t.Columns {
		all = append(all, c.Head)
	}
	return all
}

// line joins the cells of a line. No line is filled up: a name may be very long.
func (t *Table) line(cells []string, widths []int) string {
	var b strings.Builder
	for i, cell := range cells {
		blanks := strings.Repeat(" ", min(widths[i], maxWidth)-min(utf8.RuneCountInString(cell), maxWidth, widths[i]))
		if t.Columns[i].Left {
			b.WriteString(cell + blanks + "  ")
		} else {
			b.WriteString(blanks + cell + "  ")
		}
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// maxWidth bounds how far one long name moves the columns after it in all other lines.
const maxWidth = 100

func (t *Table) csv() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	keys, after := t.keys(), []string(nil)
	if t.After != nil {
		keys, after = append([]string{afterKey}, keys...), []string{t.After.Plain()}
	}
	_ = w.Write(keys) // into memory
	for _, row := range t.Rows {
		cells := mapCells(row, "", func(c Cell) string { return printable(c.Plain(), true) })
		_ = w.Write(append(slices.Clone(after), cells...))
	}
	w.Flush()
	if t.After != nil {
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func (t *Table) keys() []string {
	var all []string
	for _, c := range t.Columns {
		all = append(all, c.Key)
	}
	return all
}

// json writes one object, with each row in a line of its own.
func (t *Table) json() []byte {
	var b bytes.Buffer
	b.WriteString(`{"rows": [`)
	for i, row := range t.Rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + object(t.keys(), row))
	}
	b.WriteString("\n]")
	totals := t.Totals
	if t.After != nil {
		totals = append([]Total{{afterKey, *t.After}}, totals...)
	}
	for _, total := range totals {
		fmt.Fprintf(&b, ", %q: %s", total.Key, encode(total.Value.Value()))
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// object returns a row as a JSON object. Empty cells are left out.
func object(keys []string, row []Cell) string {
	var members []string
	for i, c := range row {
		if c != nil {
			members = append(members, encode(keys[i])+": "+encode(c.Value()))
		}
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// encode returns v in JSON, where bytes that are not UTF-8 are replaced. What v can be
// always has a form in JSON. A terminal can show it.
func encode(v any) string {
	if s, ok := v.(fmt.Stringer); ok {
		return visible(s.String())
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return visible(strings.TrimSuffix(b.String(), "\n"))
}

// visible returns JSON in which characters that would steer a terminal, or that nobody
// sees, are escaped. Only texts have such characters.
func visible(text string) string {
	hidden := func(r rune) bool { return !unicode.IsPrint(r) }
	if !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if !hidden(r) {
			b.WriteRune(r)
			continue
		}
		for _, half := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&b, `\u%04x`, half)
		}
	}
	return b.String()
}

func mapCells(row []Cell, none string, to func(Cell) string) []string {
	return slices.Collect(func(yield func(string) bool) {
		for _, c := range row {
			text := none
			if c != nil {
				text = to(c)
			}
			if !yield(text) {
				return
			}
		}
	})
}
