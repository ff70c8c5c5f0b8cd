package plt

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"plait/elf"
)

// TestSystemPrograms analyses every program of the machine. Each slot must be such an
// instruction, and nearly every function that a program can call must have one. For the
// rest, the program only takes the address.
func TestSystemPrograms(t *testing.T) {
	files, _ := filepath.Glob("/usr/bin/*")
	programs, with, without, unconfirmed := 0, 0, 0, 0
	for _, path := range files {
		f, err := elf.Open(path)
		if err != nil {
			continue
		}
		found, err := Find(f)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if len(found.Slots) == 0 && Why(f) == "" && f.Interp != "" {
			t.Errorf("%s: no slots, and no reason", path)
		}
		for i, s := range found.Slots {
			if i < 2000 {
				checkSlot(t, f, s)
			}
		}
		has, lacks := covered(t, f, found.Slots)
		if len(lacks) > 0 {
			t.Logf("%s: no slot of %q", path, lacks)
		}
		programs, with, without, unconfirmed = programs+1, with+has, without+len(lacks), unconfirmed+found.Unconfirmed
		f.Close()
	}
	t.Logf("%d programs, %d imports with a slot, %d without, %d unconfirmed", programs, with, without, unconfirmed)
	if programs < 100 && os.Getenv("PLAIT_REQUIRE") != "" || without*20 > with {
		t.Errorf("%d programs, %d imports with a slot, %d without", programs, with, without)
	}
}

// covered counts the imported functions that have a slot, and names the others.
func covered(t *testing.T, f *elf.File, slots []Slot) (has int, lacks []string) {
	t.Helper()
	called, imported := map[string]bool{}, map[string]bool{}
	for _, s := range slots {
		called[s.Name] = true
	}
	m, err := importsOf(f)
	if err != nil {
		t.Error(err)
	}
	for _, w := range m.words {
		imported[w.name] = true
	}
	for name := range imported {
		if called[name] {
			has++
		} else {
			lacks = append(lacks, name)
		}
	}
	slices.Sort(lacks)
	return has, lacks
}
