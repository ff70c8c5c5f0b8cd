package main

import (
	"os"
	"strings"
	"testing"

	"plait/internal/cli/strace"
	"plait/internal/cli/usage"
)

// TestReadme compares the options in README.md with the program's. With PLAIT_UPDATE
// set ("make generate") it writes them.
func TestReadme(t *testing.T) {
	var table strings.Builder
	if status := run([]string{"--option-table"}, &table, os.Stderr); status != 0 {
		t.Fatalf("status %d", status)
	}
	keepTable(t, "../../README.md", table.String())
}

// TestStraceDoc does the same with those of plait as strace.
func TestStraceDoc(t *testing.T) { keepTable(t, "../../docs/STRACE.md", usage.Table(strace.Options())) }

func keepTable(t *testing.T, path, table string) {
	t.Helper()
	const begin, end = "<!-- options: made by \"make generate\" -->\n", "<!-- end of options -->\n"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place for the options", path)
	}
	want := before + begin + "\n" + table + "\n" + end + after
	if want == string(text) {
		return
	}
	if os.Getenv("PLAIT_UPDATE") == "" {
		t.Fatalf("%s has not the options of this program; make generate", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
		t.Fatal(err)
	}
}
