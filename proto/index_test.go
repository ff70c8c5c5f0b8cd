package proto

import (
	"os"
	"slices"
	"strings"
	"testing"

	"plait/arch"
	"plait/proto/syntax"
)

// TestIndex compares the index with the files; with PLAIT_UPDATE=1 it writes it.
func TestIndex(t *testing.T) {
	files := map[string][]string{}
	for _, f := range written {
		file := strings.TrimSuffix(f.name, ".conf")
		for _, c := range syntax.Split(*f.text) {
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
	if read := len(types.protos) + len(types.scope.defs); types.whole || read > 4 {
		t.Errorf("%d items were read", read)
	}
}
