package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"plait/elf"
)

// A machine has all native ELF files below some directories.
type machine struct {
	files    []*file
	byName   map[string]*file // by soname, and by file name
	programs []*file          // that export functions to plug-ins
	bySize   map[int64][]os.FileInfo
}

// A file is one ELF file and what it imports.
type file struct {
	path string
	elf  *elf.File
}

// name returns the name by which other files need it.
func (f *file) name() string {
	if f.elf.Soname != "" {
		return f.elf.Soname
	}
	return filepath.Base(f.path)
}

// survey opens every ELF file below the roots once, whatever links lead to it.
func survey(roots []string) (*machine, error) {
	m := &machine{byName: map[string]*file{}, bySize: map[int64][]os.FileInfo{}}
	seen := map[string]bool{}
	for _, root := range roots {
		root, err := filepath.EvalSymlinks(root)
		if err != nil {
			return nil, err
		}
		err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && !seen[path] {
				seen[path] = true
				m.add(path)
			}
			return nil // what can't be read is not counted
		})
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

// add adds the file at path if it is a program or library of this machine.
func (m *machine) add(path string) {
	if !hasMagic(path) || m.isLink(path) {
		return
	}
	f, err := elf.Open(path)
	if err != nil || !f.Native() || !f.Dynamic {
		if err == nil {
			f.Close()
		}
		return
	}
	x := &file{path, f}
	m.files = append(m.files, x)
	if m.byName[x.name()] == nil {
		m.byName[x.name()] = x
	}
	if f.Interp != "" {
		m.programs = append(m.programs, x)
	}
}

// isLink reports whether path is another name of a known file: hard links are one file.
func (m *machine) isLink(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return true
	}
	for _, other := range m.bySize[info.Size()] {
		if os.SameFile(info, other) {
			return true
		}
	}
	m.bySize[info.Size()] = append(m.bySize[info.Size()], info)
	return false
}

func hasMagic(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var magic [4]byte
	n, _ := f.Read(magic[:])
	return string(magic[:n]) == "\x7fELF"
}

// A slot is one function that one file imports.
type slot struct {
	from   *file
	object string // the one that defines it
	symbol string
	ours   bool
	theirs bool
}

// slots lists the functions that the files import.
func (m *machine) slots() []*slot {
	var all []*slot
	for _, f := range m.files {
		for _, s := range f.imports() {
			if object := m.definer(f, s); object != "" {
				all = append(all, &slot{from: f, object: object, symbol: s.Name})
			}
		}
	}
	return all
}

// imports lists the undefined symbols that may be functions, each once.
func (f *file) imports() []elf.Symbol {
	relocations, _ := f.elf.Relocations()
	seen := map[string]bool{}
	var list []elf.Symbol
	for i := range relocations {
		s := relocations[i].Symbol
		if s.Defined || s.Name == "" || seen[s.Name] || !s.MayBeCalled() {
			continue
		}
		seen[s.Name] = true
		list = append(list, s)
	}
	return list
}

// definer returns the name of the object that defines the function s, which f imports,
// "" if none does.
func (m *machine) definer(f *file, s elf.Symbol) string {
	if x := m.byName[s.From]; s.From != "" && x != nil && x.elf.Exports(s.Name) {
		return s.From
	}
	if x := m.needed(f, s.Name); x != nil {
		return x.name()
	}
	for _, x := range m.programs {
		if x.elf.Exports(s.Name) {
			return x.name()
		}
	}
	return ""
}

// needed looks for the function in the objects that f needs, breadth first.
func (m *machine) needed(f *file, symbol string) *file {
	queue := slices.Clone(f.elf.Needed)
	seen := map[string]bool{}
	for len(queue) > 0 {
		x := m.byName[queue[0]]
		queue = queue[1:]
		if x == nil || seen[x.path] {
			continue
		}
		seen[x.path] = true
		if x.elf.Exports(symbol) {
			return x
		}
		queue = append(queue, x.elf.Needed...)
	}
	return nil
}

// isMangled reports whether the name is a mangled one of C++ or Rust. isRust reports
// whether it is Rust's: one that ends in a hash, or a name in Rust's own scheme,
// without types.
func (s *slot) isMangled() bool {
	return strings.HasPrefix(s.symbol, "_Z") || s.isRust()
}

func (s *slot) isRust() bool {
	return strings.HasPrefix(s.symbol, "_R") || rustHash.MatchString(s.symbol)
}

var rustHash = regexp.MustCompile(`^_ZN.*17h[0-9a-f]{16}E$`)
