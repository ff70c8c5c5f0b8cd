package proto

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"plait/arch"
	"plait/proto/syntax"
)

// TestIndex compares the index with the files; with PLAIT_UPDATE=1 it writes it.
func TestIndex(t *testing.T) {
	names, err := fs.Glob(written, "data/*/*.conf")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]string{}
	for _, name := range names {
		file := strings.TrimSuffix(strings.TrimPrefix(name, "data/"), ".conf")
		for _, c := range syntax.Split(readData(written, name)) {
			if key := syntax.HeadingOf(c.Text).Name; key != "" && !slices.Contains(files[key], file) {
				files[key] = append(files[key], file)
			}
		}
	}
	var lines []string
	for name, list := range files {
		lines = append(lines, name+" "+strings.Join(list, " ")+"\n")
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(indexed(a), indexed(b)) })
	want := strings.Join(lines, "")
	if os.Getenv("PLAIT_UPDATE") != "" {
		if err := os.WriteFile("index.tbl", []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if index != want {
		t.Error("index.tbl is not of these files: make generate")
	}
}

// TestIndexInAnyOrder: the order of lookups decides nothing.
func TestIndexInAnyOrder(t *testing.T) {
	whole := Embedded(arch.AMD64)
	whole.loadAll()
	for name := range whole.protos {
		one := Embedded(arch.AMD64)
		one.loadDefining(name)
		a, b := whole.protos[name], one.protos[name]
		for a != nil && b != nil && a.file == b.file && a.Text == b.Text {
			a, b = a.next, b.next
		}
		if a != nil || b != nil {
			t.Errorf("%s: not the same prototypes where it is asked for alone", name)
		}
	}
}

// TestIndexAvoidsReading: looking up a few names does not read all files.
func TestIndexAvoidsReading(t *testing.T) {
	types := Embedded(arch.AMD64)
	if types.lookup("libc.so.6", "strlen") == nil {
		t.Fatal("no prototype")
	}
	if types.whole || len(types.texts) > 2 {
		t.Errorf("%d files were read", len(types.texts))
	}
}
