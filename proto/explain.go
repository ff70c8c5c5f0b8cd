package proto

import (
	"embed"
	"io/fs"
	"path"
	"strings"

	"plait/proto/decode"
	"plait/proto/syntax"
)

// The sentences about functions of a library are in data/explain/LIBRARY, those about
// system calls in data/explain/syscalls. They are read only if they are asked for.
//
//go:embed data/explain/*/*.conf
var explained embed.FS

const explainFolder = "data/explain"

// An Explanation has the sentences about one function.
type Explanation struct {
	Manual    string          // page of the manual, "open(2)"; "" if it is not said
	Writes    *syntax.Writing // what the call hands to stdio; nil: nothing
	Pure      bool            // it computes: it has no reason to ask the kernel
	Sentences []*syntax.Sentence
	item      *item
	scope     *scope
	constants map[string]constant // those that were asked for
}

type constant struct {
	value uint64
	known bool
}

// Facts are what sentences may name beside arguments and constants.
const (
	FactSyscalls = "syscalls" // how many system calls the call has made
	FactMoved    = "moved"    // by how many bytes brk(2) has moved the end of the heap
	FactStdout   = "stdout"   // the stream
	FactResult   = "retval"   // the struct that is the result, before the name of a member
)

// Constant returns the value of a name of const, flags or enum, where the sentences are
// written.
func (x *Explanation) Constant(name string) (value uint64, known bool) {
	c, ok := x.constants[name]
	if !ok {
		c.value, c.known = x.scope.constant(name)
		if x.constants == nil {
			x.constants = map[string]constant{}
		}
		x.constants[name] = c
	}
	return c.value, c.known
}

// Explain returns the sentences about a symbol of the object with that soname: the user's,
// or else those about the object that are shipped. It returns nil if there are none.
func (d *Database) Explain(object, symbol string) *Explanation {
	for _, p := range d.user {
		if x := d.in(p, object, true).explanation(symbol); x != nil {
			return x
		}
	}
	for _, name := range Spellings(symbol) {
		for _, folder := range foldersOf(object) {
			if x := d.types.explanation(folder, name); x != nil {
				return x
			}
		}
	}
	return nil
}

// ExplainSystem returns the sentences about a system call, the user's first: of NAME in
// the file syscalls.conf of a directory, or of SYS_NAME in another file.
func (d *Database) ExplainSystem(name string) *Explanation {
	for _, p := range d.user {
		f := d.in(p, systemCalls, true)
		x := f.explanation(systemPrefix + name)
		if x == nil && p.dir {
			x = f.explanation(name)
		}
		if x != nil {
			return x
		}
	}
	for _, name := range Spellings(name) {
		if x := d.types.explanation(systemCalls, name); x != nil {
			return x
		}
	}
	return nil
}

// foldersOf returns where the sentences about functions of an object are.
func foldersOf(object string) []string {
	own := libraryOf(object)
	for _, part := range partsOfLibc {
		if own == part {
			return []string{own, "libc"}
		}
	}
	return []string{own}
}

// Spellings returns a function's name, and then the names without what makes variants of
// one function: __printf_chk and printf, fputc_unlocked and fputc, stat64 and stat.
func Spellings(name string) []string {
	all := []string{name}
	for range 3 {
		plain := name
		if base, ok := strings.CutSuffix(plain, "_chk"); ok {
			plain = strings.TrimPrefix(base, "__")
		}
		for _, prefix := range []string{"__isoc99_", "__isoc23_", "_IO_"} {
			plain = strings.TrimPrefix(plain, prefix)
		}
		for _, suffix := range []string{"_unlocked", "64"} {
			plain = strings.TrimSuffix(plain, suffix)
		}
		if plain == name || plain == "" {
			break
		}
		all, name = append(all, plain), plain
	}
	return all
}

// explanation returns the sentences about a function in the shipped files of a folder.
func (t *Types) explanation(folder, symbol string) *Explanation {
	t.begin()
	file, known := t.sentences[folder]
	if !known {
		file = t.explainFile(folder)
		if t.sentences == nil {
			t.sentences = map[string]*File{}
		}
		t.sentences[folder] = file
	}
	return file.explanation(symbol)
}

// explainFile returns all shipped sentences of a folder.
func (t *Types) explainFile(folder string) *File {
	names, _ := fs.Glob(explained, path.Join(explainFolder, folder, "*.conf"))
	if len(names) == 0 || path.Base(folder) != folder {
		return nil
	}
	f := scanFile(folder, "", t, nil)
	f.scope.shipped = true
	for _, name := range names {
		f.add(strings.TrimPrefix(name, "data/"), readData(explained, name))
	}
	return f
}

// addExplanation adds an explain item.
func (f *File) addExplanation(it *item) {
	if f.explains == nil {
		f.explains = map[string]*item{}
	}
	if f.explains[it.Name] != nil {
		f.errs = append(f.errs, it.errorf("%s is already explained", it.Name))
		return
	}
	f.explains[it.Name] = it
}

// explanation returns the sentences about a function, or nil if there are none or they are
// faulty.
func (f *File) explanation(name string) *Explanation {
	if f == nil || f.explains[name] == nil {
		return nil
	}
	it := f.explains[name]
	if it.explanation == nil {
		d, err := it.parse()
		if err != nil {
			return nil
		}
		it.explanation = &Explanation{Manual: d.Manual, Writes: d.Writes, Pure: d.Pure, Sentences: d.Sentences, item: it, scope: it.scope}
	}
	return it.explanation
}

// checkExplanation parses an explain item, and demands that its names mean something if
// the function's prototype is known: the file's, or the one that is shipped, of which the
// sentences may be a copy.
func (f *File) checkExplanation(it *item) {
	x := f.explanation(it.Name)
	if x == nil || isSystem(it) {
		return
	}
	prototypes := []*decode.Prototype{f.Lookup(it.Name)}
	if it.scope.parent != nil && it.scope.parent.files != nil {
		prototypes = append(prototypes, it.scope.parent.files.lookup("", it.Name))
	}
	var at syntax.Pos
	name := ""
	for _, p := range prototypes {
		if p == nil {
			continue
		}
		if at, name = x.Unknown(p); name == "" {
			return
		}
	}
	if name != "" {
		it.err = &syntax.Error{File: it.file, Line: at.Line, Col: at.Col, Msg: name + " is no parameter of " + it.Name + ", and no constant"}
	}
}

// isSystem reports whether an explain item is about a system call, whose prototypes
// package syscalls has.
func isSystem(it *item) bool {
	file := strings.TrimSuffix(it.file, confSuffix)
	return strings.HasPrefix(it.Name, systemPrefix) || path.Base(file) == systemCalls || path.Base(path.Dir(file)) == systemCalls
}

// Unknown returns the first name in the sentences that means nothing for a function with
// the prototype p, and where it is; "" if there is none.
func (x *Explanation) Unknown(p *decode.Prototype) (at syntax.Pos, name string) {
	known := func(name string) bool {
		first, _, dotted := strings.Cut(name, ".")
		if dotted && first == FactResult {
			return true
		}
		for _, param := range p.Params {
			if param.Name == first {
				return true
			}
		}
		_, ok := x.Constant(name)
		return ok || name == FactSyscalls || name == FactMoved || name == FactStdout
	}
	find := func(e *syntax.Expr) {
		e.Each(func(e *syntax.Expr) {
			if e.Op == syntax.OpName && name == "" && !known(e.Text) {
				at, name = e.At, e.Text
			}
		})
	}
	if x.Writes != nil {
		find(x.Writes.Stream)
		find(x.Writes.Bytes)
	}
	for _, s := range x.Sentences {
		find(s.Cond)
		for _, part := range s.Action {
			find(part.Slot)
		}
		for _, part := range s.Result {
			find(part.Slot)
		}
	}
	return at, name
}

// describeExplained returns the shipped sentences about functions for which match returns
// true.
func (t *Types) describeExplained(match func(library, symbol string) bool) []Definition {
	t.begin()
	var all []Definition
	folders, _ := explained.ReadDir(explainFolder)
	for _, folder := range folders {
		if folder.Name() == systemCalls {
			continue
		}
		t.explanation(folder.Name(), "") // reads the folder
		all = append(all, t.sentences[folder.Name()].describeExplained(folder.Name(), match)...)
	}
	return all
}

// describeExplained returns the sentences of a file about library.
func (f *File) describeExplained(library string, match func(library, symbol string) bool) []Definition {
	var all []Definition
	for _, it := range f.items {
		if it.Kind == syntax.KindExplain && f.explains[it.Name] == it && match(library, it.Name) {
			all = append(all, it.definition(library))
		}
	}
	return all
}

// DescribeExplainedSystem returns the sentences about a system call, the user's or else the
// shipped ones; false if there are none.
func (d *Database) DescribeExplainedSystem(name string) (Definition, bool) {
	x := d.ExplainSystem(name)
	if x == nil {
		return Definition{}, false
	}
	return x.item.definition("system calls"), true
}
