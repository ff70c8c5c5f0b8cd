package syscalls

import (
	"strconv"
	"strings"
)

// A row is one line of a .tbl file: "NUMBER NAME", and for errors and signals the C
// library's text.
type row struct {
	nr         int
	name, text string
}

// rows returns the lines of an embedded table, indexed by number. A number without a line has
// an empty name.
func rows(table string) []row {
	last, _ := parseRow(table[strings.LastIndexByte(strings.TrimSpace(table), '\n')+1:])
	all := make([]row, 0, last.nr+1)
	for line := range strings.Lines(table) {
		r, ok := parseRow(line)
		if !ok {
			continue
		}
		for len(all) <= r.nr {
			all = append(all, row{nr: len(all)})
		}
		all[r.nr] = r
	}
	return all
}

// parseRow reads one line; false if it is blank or a comment.
func parseRow(line string) (row, bool) {
	if strings.HasPrefix(line, "#") {
		return row{}, false // Atoi would make an error of it
	}
	number, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	nr, err := strconv.Atoi(number)
	if err != nil || nr < 0 {
		return row{}, false
	}
	name, text, _ := strings.Cut(rest, " ")
	return row{nr, name, text}, true
}

// at returns the row of a number, or an empty one.
func at(rows []row, nr int) row {
	if nr < 0 || nr >= len(rows) {
		return row{nr: nr}
	}
	return rows[nr]
}

// byName returns the number of a row by its name, in any case, with or without the prefix
// that all names in the table have.
func byName(rows []row, name, prefix string) (int, bool) {
	for _, r := range rows {
		if r.name != "" && (strings.EqualFold(r.name, name) || strings.EqualFold(r.name, prefix+name)) {
			return r.nr, true
		}
	}
	return 0, false
}
