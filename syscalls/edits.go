package syscalls

import (
	"slices"
	"strings"
)

// Edits returns how many letters must be inserted, deleted, replaced or swapped with the next
// one to turn a into b (the optimal string alignment distance).
func Edits(a, b string) int {
	var before, last []int
	for i := range len(a) + 1 {
		row := make([]int, len(b)+1)
		for j := range row {
			switch {
			case i == 0 || j == 0:
				row[j] = i + j
				continue
			case a[i-1] == b[j-1]:
				row[j] = last[j-1]
			default:
				row[j] = 1 + min(last[j-1], last[j], row[j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// Nearest returns the one of names that word was most likely meant to be, or "" if none is
// similar. Up to MaxEdits edits count as a typing error.
func Nearest(word string, names []string) string {
	near, most := "", MaxEdits(word)
	for _, name := range names {
		if len(name) > len(word)+most || len(name) < len(word)-most || name == "" {
			continue
		}
		if d := Edits(word, name); d <= most {
			near, most = name, d-1
		}
	}
	return near
}

// MaxEdits returns how many edits of a word can be a typing error: one, and one more for
// each five letters.
func MaxEdits(word string) int { return 1 + len(word)/5 }

// Near returns the system call or class that an unknown word was most likely meant to be, or
// "".
func (t *Table) Near(word string) string {
	return Nearest(word, t.Words())
}

// Words returns the names of all classes and calls.
func (t *Table) Words() []string {
	words := slices.Clone(classNames[:])
	for _, e := range t.native {
		if e.name != "" {
			words = append(words, e.name)
		}
	}
	return words
}

// NearSignal returns the signal that an unknown word was most likely meant to be, or "". The
// word may lack "SIG".
func NearSignal(word string) string {
	const prefix = "SIG"
	names := SignalNames()
	for i, name := range names {
		names[i] = strings.TrimPrefix(name, prefix)
	}
	if near := Nearest(strings.TrimPrefix(strings.ToUpper(word), prefix), names); near != "" {
		return prefix + near
	}
	return ""
}

// SignalNames returns the names of all signals.
func SignalNames() []string {
	var names []string
	for _, r := range signalRows() {
		names = append(names, r.name)
	}
	return names
}
