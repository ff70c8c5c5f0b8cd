package main

import (
	"debug/elf"
	"os"
	"path/filepath"
	"strings"
)

// An object is a library or program, and the functions that it exports.
type object struct {
	folder string            // of its prototypes: the name up to ".so"
	exists bool              // it is on this machine
	at     map[string]uint64 // functions by name
	names  map[uint64][]string
}

var libraryDirs = []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/lib", "/usr/lib/x86_64-linux-musl", "/lib"}

// openObject reads the exports of a soname or path. Without the object, its functions
// can't be distinguished from others'.
func openObject(name string) (*object, error) {
	folder, _, _ := strings.Cut(filepath.Base(name), ".so")
	o := &object{folder: folder, at: map[string]uint64{}, names: map[uint64][]string{}}
	path := name
	for _, dir := range libraryDirs {
		if filepath.IsAbs(path) {
			break
		}
		if p := filepath.Join(dir, name); exists(p) {
			path = p
		}
	}
	f, err := elf.Open(path)
	if err != nil {
		return o, err
	}
	defer f.Close()
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return o, err
	}
	for _, s := range symbols {
		t := elf.ST_TYPE(s.Info)
		if s.Section == elf.SHN_UNDEF || t != elf.STT_FUNC && t != elf.STT_GNU_IFUNC {
			continue
		}
		if _, known := o.at[s.Name]; !known {
			o.at[s.Name] = s.Value
			o.names[s.Value] = append(o.names[s.Value], s.Name)
		}
	}
	o.exists = true
	return o, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
