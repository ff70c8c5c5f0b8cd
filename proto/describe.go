package proto

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"plait/arch"
	"plait/proto/decode"
	"plait/proto/syntax"
)

// A Definition is an item of a file: a prototype, or a type that a prototype uses.
type Definition struct {
	Name    string
	Library string // of a prototype, "libc"; "" if its file is about all libraries
	File    string // "" if it is derived
	Line    int
	From    string // what it is derived from
	Shipped bool   // the file is embedded in plait
	Text    string // in the language of prototypes, without comments
	item    *item
}

// Origin returns where the definition is written.
func (d *Definition) Origin() string {
	if d.File == "" {
		return d.From
	}
	where := fmt.Sprintf("%s:%d", d.File, d.Line)
	if d.Shipped {
		return where + " (embedded)"
	}
	return where
}

func (it *item) definition(library string) Definition {
	return Definition{
		Name: it.Name, Library: library, File: it.file, Line: it.Line,
		Shipped: it.scope.shipped, Text: syntax.Format(it.Text), item: it,
	}
}

// Describe returns the prototypes of the functions for which match returns true, in the
// order in which Lookup searches, and the sentences about them. It leaves out faulty ones.
func (d *Database) Describe(match func(library, symbol string) bool) []Definition {
	var all []Definition
	for _, p := range d.user {
		all = append(all, d.describePlace(p, match)...)
	}
	all = append(all, d.types.describe(match)...)
	for _, p := range d.system {
		all = append(all, d.describePlace(p, match)...)
	}
	return append(all, d.types.describeExplained(match)...)
}

// DescribeSystem returns the user's prototypes of a system call, which come before
// plait's own.
func (d *Database) DescribeSystem(name string) []Definition {
	var all []Definition
	for _, p := range d.user {
		f := d.in(p, systemCalls, true)
		x, ok := f.Describe(systemPrefix + name)
		if !ok && p.dir {
			x, ok = f.Describe(name)
		}
		if ok {
			all = append(all, x)
		}
	}
	return all
}

// describePlace returns the prototypes at a path of the user's or the system's.
func (d *Database) describePlace(p *place, match func(library, symbol string) bool) []Definition {
	if !p.dir {
		return d.read(p).describe("", func(_, symbol string) bool { return match("", symbol) })
	}
	var all []Definition
	for _, name := range confFiles(p.path) {
		text, err := readConf(name)
		if err != nil {
			continue
		}
		f := scanFile(name, text, d.types, d.importer(p.path))
		all = append(all, f.describe(strings.TrimSuffix(filepath.Base(name), confSuffix), match)...)
	}
	return all
}

const confSuffix = ".conf"

// confFiles returns the files of prototypes in a directory, sorted by name.
func confFiles(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) == confSuffix && !e.IsDir() {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return names
}

// describe returns the prototypes of a file about library.
func (f *File) describe(library string, match func(library, symbol string) bool) []Definition {
	var all []Definition
	for _, name := range f.Names() {
		if match(library, name) && f.Lookup(name) != nil {
			all = append(all, f.protos[name].definition(library))
		}
	}
	return append(all, f.describeExplained(library, match)...)
}

// Describe returns the file's prototype of that name, or false if there is none.
func (f *File) Describe(name string) (Definition, bool) {
	if f.lookup(name) == nil {
		return Definition{}, false
	}
	return f.protos[name].definition(""), true
}

// DescribeAs is like Describe, for a derived prototype that has the name key in the file
// instead of its own. from is what it is derived from.
func (f *File) DescribeAs(key, name, from string) (Definition, bool) {
	d, ok := f.Describe(key)
	d.Name, d.File, d.From = name, "", from
	d.Text = strings.Replace(d.Text, " "+key+"(", " "+name+"(", 1)
	return d, ok
}

// DescribeMangled returns the prototype that is derived from the name of a C++ function,
// or false if there is none.
func (d *Database) DescribeMangled(symbol string) (Definition, bool) {
	if d.types.fromMangled(symbol) == nil {
		return Definition{}, false
	}
	f := scanFile(symbol, mangledText(symbol), d.types, nil)
	return f.DescribeAs(symbol, symbol, "derived from the name")
}

// describe returns the shipped prototypes by library, those written by hand first.
func (t *Types) describe(match func(library, symbol string) bool) []Definition {
	t.loadAll()
	var all []Definition
	for name, it := range t.protos {
		for ; it != nil; it = it.next {
			if library := folderOf(it.file); match(library, name) {
				all = append(all, it.definition(library))
			}
		}
	}
	for _, l := range t.everyLibrary() {
		all = append(all, l.describe(t, match)...)
	}
	slices.SortStableFunc(all, func(a, b Definition) int {
		if c := strings.Compare(a.Library, b.Library); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

func (l *library) describe(t *Types, match func(library, symbol string) bool) []Definition {
	l.read()
	var all []Definition
	for line := range strings.Lines(l.text[l.start:]) {
		name := syntax.PrototypeName(line)
		if !match(l.name, name) || t.isHandwritten(l.name, name) {
			continue
		}
		if it := l.find(t, name); it != nil {
			all = append(all, it.definition(l.name))
		}
	}
	return all
}

// isHandwritten reports whether a library's prototype of that name is written by hand.
func (t *Types) isHandwritten(library, name string) bool {
	for it := t.protos[name]; it != nil; it = it.next {
		if folderOf(it.file) == library {
			return true
		}
	}
	return false
}

// UsedTypes returns the types that definitions use, directly or through other types, each
// once and in the order of first use.
func UsedTypes(list []Definition) []Definition {
	w := walker{seen: map[*item]bool{}}
	for _, d := range list {
		w.item(d.item)
	}
	return w.found
}

// A walker finds the types that items use.
type walker struct {
	scope *scope
	seen  map[*item]bool
	found []Definition
}

func (w *walker) item(it *item) {
	d, err := it.parse()
	if err != nil {
		return
	}
	outer := w.scope
	w.scope = it.scope
	w.typ(d.Type)
	w.typ(d.Set.Type)
	for _, p := range d.Params {
		w.typ(p.Type)
	}
	w.members(d.Members)
	w.entries(d.Entries)
	w.scope = outer
}

func (w *walker) typ(t *syntax.Type) {
	if t == nil {
		return
	}
	if decode.Integer(t.Word, w.scope.arch) == nil {
		w.name(t.Word)
	}
	w.typ(t.Base)
	for _, a := range t.Args {
		w.typ(a)
	}
	for _, c := range t.Cases {
		w.typ(c.Type)
	}
	w.members(t.Members)
}

func (w *walker) members(list []*syntax.Member) {
	for _, m := range list {
		w.typ(m.Type)
	}
}

// entries follows the sets that a set includes.
func (w *walker) entries(list []*syntax.Entry) {
	for _, e := range list {
		if e.Word == "include" || e.Word == "mask" && !e.Grouped {
			w.name(e.Name)
		}
		w.entries(e.Group)
	}
}

// name notes the definition of a type, if a file has one.
func (w *walker) name(word string) {
	it := w.scope.find(word)
	if it == nil || it.Kind == syntax.KindConst || w.seen[it] {
		return
	}
	w.seen[it] = true
	w.found = append(w.found, it.definition(""))
	w.item(it)
}

// CheckPath returns all errors in a file of prototypes, or in all files of a directory.
func CheckPath(name string) []error {
	d, errs := Open(Options{Arch: arch.Native, Files: []string{name}})
	for _, p := range d.user {
		if !p.dir {
			continue
		}
		for _, file := range confFiles(p.path) {
			text, err := readConf(file)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			errs = append(errs, scanFile(file, text, d.types, d.importer(p.path)).Check()...)
		}
	}
	return errs
}
