package proto

import (
	"fmt"
	"slices"

	"plait/proto/decode"
	"plait/proto/syntax"
)

// A File is one file of prototypes and types. Its items are parsed when they
// are first used.
type File struct {
	Name     string
	scope    *scope
	items    []*item
	protos   map[string]*item
	explains map[string]*item // sentences about functions; nil: there are none
	text     string           // of Prototypes
	rest     map[string]int   // of Prototypes: where in text what is no item yet begins
	errs     []error          // of definitions that were refused, and imports
	seen     map[string]bool  // files that were imported, against cycles
	// open finds the text of an imported file. It is nil if the file may not import any.
	open func(name string) (path, text string, ok bool)
}

// Scan cuts text into items. They find their types in the text itself and then in types
// (nil: only base types). It costs little, because it parses nothing: Check finds errors.
func Scan(name, text string, types *Types) *File {
	return scanFile(name, text, types, nil)
}

// Prototypes is Scan for a text that has nothing but prototypes, each with a letter in the
// first column. It costs less: what is not asked for does not become an item.
func Prototypes(name, text string, types *Types) *File {
	f := Scan(name, "", types)
	f.text, f.rest = text, make(map[string]int, len(text)/100)
	for start, rest := range syntax.Starts(text) {
		key := syntax.PrototypeName(rest)
		if _, taken := f.rest[key]; !taken {
			f.rest[key] = start
		}
	}
	return f
}

func scanFile(name, text string, types *Types, open func(string) (string, string, bool)) *File {
	f := &File{Name: name, scope: types.child(), protos: map[string]*item{}, open: open, seen: map[string]bool{}}
	f.add(name, text)
	return f
}

// Parse is Scan followed by Check.
func Parse(name, text string, types *Types) (*File, []error) {
	f := Scan(name, text, types)
	return f, f.Check()
}

// add adds the items of text, which is from the named file.
func (f *File) add(name, text string) {
	for _, c := range syntax.Split(text) {
		f.addItem(name, c)
	}
}

func (f *File) addItem(file string, c syntax.Chunk) {
	it := &item{Heading: syntax.HeadingOf(c.Text), Chunk: c, file: file, scope: f.scope}
	f.items = append(f.items, it)
	switch it.Kind {
	case syntax.KindPrototype:
		if f.protos[it.Name] == nil && it.Name != "" {
			f.protos[it.Name] = it
		}
	case syntax.KindImport:
		f.load(it)
	case syntax.KindExplain:
		f.addExplanation(it)
	default:
		if !f.scope.define(it) {
			f.errs = append(f.errs, it.errorf("%s is already defined", it.Name))
		}
	}
}

// load adds the items of an imported file.
func (f *File) load(it *item) {
	d, err := it.parse()
	if err != nil || f.open == nil || f.seen[d.Path] {
		return
	}
	f.seen[d.Path] = true
	path, text, ok := f.open(d.Path)
	if !ok {
		f.errs = append(f.errs, it.errorf("import %q: no such file", d.Path))
		return
	}
	f.add(path, text)
}

// Names returns the names of all prototypes, in the order of the file.
func (f *File) Names() []string {
	var names []string
	for _, it := range f.items {
		if it.Kind == syntax.KindPrototype && f.protos[it.Name] == it {
			names = append(names, it.Name)
		}
	}
	return names
}

// Lookup returns the prototype of that name, or nil if there is none or it is faulty.
func (f *File) Lookup(name string) *decode.Prototype {
	if start, ok := f.rest[name]; ok {
		delete(f.rest, name)
		f.addItem(f.Name, syntax.ItemAt(f.text, start))
	}
	return f.protos[name].prototype()
}

// prototype parses and compiles the item, once.
func (it *item) prototype() *decode.Prototype {
	if it == nil {
		return nil
	}
	if it.ready {
		return it.proto
	}
	it.ready = true
	d, err := it.parse()
	if err != nil {
		return nil
	}
	k := &compiler{scope: it.scope, file: it.file}
	p := k.prototype(d)
	if k.err != nil {
		it.err = k.err
		return nil
	}
	it.proto = p
	return p
}

// Check parses and compiles everything. It returns all errors, sorted by line.
func (f *File) Check() []error {
	errs := slices.Clone(f.errs)
	for _, it := range f.items {
		switch it.Kind {
		case syntax.KindPrototype:
			it.prototype()
		case syntax.KindExplain:
			f.checkExplanation(it)
		case syntax.KindConst, syntax.KindImport:
			it.parse()
		default:
			if !it.forward() {
				it.compile()
			}
		}
		if it.err != nil {
			errs = append(errs, it.err)
		}
	}
	slices.SortStableFunc(errs, byPlace)
	return errs
}

// byPlace orders errors by file and line.
func byPlace(a, b error) int {
	x, ok := a.(*syntax.Error)
	y, ok2 := b.(*syntax.Error)
	if !ok || !ok2 || x.File != y.File {
		return 0
	}
	if x.Line != y.Line {
		return x.Line - y.Line
	}
	return x.Col - y.Col
}

// String returns the name of the file and the number of its prototypes.
func (f *File) String() string {
	if len(f.protos) == 1 {
		return f.Name + ": 1 prototype"
	}
	return fmt.Sprintf("%s: %d prototypes", f.Name, len(f.protos))
}
