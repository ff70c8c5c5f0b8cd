package explain

import (
	"os"
	"path/filepath"
	"testing"

	"plait/arch"
	"plait/proto"
	"plait/proto/syntax"
	"plait/syscalls"
)

const shipped = "../proto/data/explain/"

// TestSystemCalls demands that the shipped sentences about system calls name only what
// there is.
func TestSystemCalls(t *testing.T) {
	database, _ := proto.Open(proto.Options{})
	table := syscalls.For(arch.Native, 0)
	for _, name := range explainedIn(t, "syscalls") {
		x := database.ExplainSystem(name)
		nr, known := table.Number(name)
		if x == nil || !known {
			t.Errorf("%s: faulty, or no system call", name)
			continue
		}
		if p := table.Prototype(nr); p != nil {
			if at, unknown := x.Unknown(p); unknown != "" {
				t.Errorf("%s:%d: %s is no parameter and no constant", name, at.Line, unknown)
			}
		}
	}
}

// TestLibraryCalls demands that there is a prototype of each function that shipped
// sentences are about, and that they name only what there is.
func TestLibraryCalls(t *testing.T) {
	database, _ := proto.Open(proto.Options{})
	folders, _ := filepath.Glob(shipped + "lib*")
	for _, folder := range folders {
		object := filepath.Base(folder) + ".so"
		for _, name := range explainedIn(t, filepath.Base(folder)) {
			x, p := database.Explain(object, name), database.Lookup(object, name)
			if x == nil || p == nil {
				t.Errorf("%s: %s is faulty, or has no prototype", object, name)
			} else if at, unknown := x.Unknown(p); unknown != "" {
				t.Errorf("%s: %s:%d: %s is no parameter and no constant", object, name, at.Line, unknown)
			}
		}
	}
}

// explainedIn returns the functions that the sentences of a folder are about.
func explainedIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	files, _ := filepath.Glob(shipped + folder + "/*.conf")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range syntax.Split(string(text)) {
			names = append(names, syntax.HeadingOf(c.Text).Name)
		}
	}
	if len(names) == 0 {
		t.Fatal("no sentences in ", folder)
	}
	return names
}
