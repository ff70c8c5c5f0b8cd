package elf

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSystemFiles opens every program of the machine: nothing panics, and what
// the tables say agrees with each other.
func TestSystemFiles(t *testing.T) {
	files, _ := filepath.Glob("/usr/bin/*")
	libs, _ := filepath.Glob("/usr/lib/x86_64-linux-gnu/*.so.*")
	opened, extents := 0, 0
	for _, path := range append(files, libs...) {
		f, err := Open(path)
		if err != nil {
			continue
		}
		opened++
		if _, err := f.Relocations(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for i, s := range f.dynsyms() {
			if !s.IsFunction() || i > 2000 {
				continue
			}
			if found, ok := f.Lookup(s.Name); !ok || found.Value != s.Value && !s.Hidden && found.Hidden {
				t.Errorf("%s: Lookup(%q) = %+v, %v, want %+v", path, s.Name, found, ok, s)
			}
			if r, ok := f.Extent(s.Value); ok && r.Start == s.Value && s.Size > 0 {
				extents++
			}
		}
		f.Close()
	}
	if opened < 100 && os.Getenv("PLAIT_REQUIRE") != "" {
		t.Errorf("only %d files", opened)
	}
	t.Logf("%d files, %d extents", opened, extents)
}
