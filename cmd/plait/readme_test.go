package main

import (
	"os"
	"strings"
	"testing"
)

// TestReadme keeps README.md's table of options the one that plait has. With
// PLAIT_UPDATE set ("make generate") it writes it.
func TestReadme(t *testing.T) {
	const name = "../../README.md"
	const begin, end = "<!-- options: made by \"make generate\" -->\n", "<!-- end of options -->"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	table, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the options", name)
	}
	want := "\n" + markdownTable() + "\n"
	switch {
	case table == want:
	case os.Getenv("PLAIT_UPDATE") == "":
		t.Errorf("%s: the options are not up to date: run make generate", name)
	default:
		if err := os.WriteFile(name, []byte(before+begin+want+end+after), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
