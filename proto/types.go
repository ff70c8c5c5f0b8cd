package proto

import (
	"embed"
	"io/fs"
	"path"
	"strings"
	"sync"

	"plait/arch"
)

// The shipped files: data/abi has the types that libc and the kernel share,
// data/LIBRARY the prototypes and types of a library's headers. Those written by
// hand are all read when the first prototype is asked for; those that were
// generated, which are many more, only as they are needed. None of the former
// begins with a g.
var (
	//go:embed data/*/[^g]*.conf
	written embed.FS
	//go:embed data/*/generated*.conf
	generated embed.FS
)

// Types are the embedded types and prototypes, as they are on one architecture.
// They are indexed when they are first asked for, and parsed item by item.
type Types struct {
	arch   *arch.Arch
	scope  *scope
	protos map[string]*item // first of those of a name; the others by next
	errs   []error
	loaded sync.Once

	libraries map[string]*library   // with generated prototypes, that were asked for; nil: there are none
	all       []*library            // all of them, once that was asked for
	mangled   map[string]*Prototype // derived from C++ names
}

// Embedded returns the embedded types for a.
func Embedded(a *arch.Arch) *Types { return &Types{arch: a} }

// child is a scope whose names come before those of t.
func (t *Types) child() *scope {
	if t == nil {
		return newScope(nil, arch.AMD64)
	}
	t.load()
	return newScope(t.scope, t.arch)
}

// Prepare begins to index the embedded files, beside what the caller does.
func (t *Types) Prepare() { go t.load() }

// load indexes the embedded files, once.
func (t *Types) load() { t.loaded.Do(t.index) }

func (t *Types) index() {
	t.scope = newScope(nil, t.arch)
	t.scope.shipped = true
	t.scope.defs = make(map[string]*item, 2048)
	t.protos = make(map[string]*item, 4096)
	t.libraries = map[string]*library{}
	err := fs.WalkDir(written, "data", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.add(strings.TrimPrefix(name, "data/"), readData(written, name))
		}
		return err
	})
	if err != nil {
		t.errs = append(t.errs, err)
	}
}

func (t *Types) add(name, text string) {
	chunks := split(text)
	items := make([]item, len(chunks))
	for i, c := range chunks {
		it := &items[i]
		*it = item{heading: headingOf(c.text), chunk: c, file: name, scope: t.scope}
		if it.kind != kindPrototype {
			if !t.scope.define(it) {
				t.errs = append(t.errs, it.errorf("%s is already defined", it.name))
			}
			continue
		}
		it.next = t.protos[it.name]
		t.protos[it.name] = it
	}
}

// lookup returns the prototype of symbol: of the library object, written by hand
// or generated, if it has one; else of another.
func (t *Types) lookup(object, symbol string) *Prototype {
	t.load()
	first := t.protos[symbol]
	dir := libraryOf(object) + "/"
	for it := first; it != nil; it = it.next {
		if strings.HasPrefix(it.file, dir) {
			return it.prototype()
		}
	}
	if it := t.generated(object, symbol); it != nil {
		return it.prototype()
	}
	if first == nil {
		first = t.generatedAnywhere(object, symbol)
	}
	if first == nil {
		return t.fromMangled(symbol)
	}
	return first.prototype()
}

// libraryOf is the folder of an object's prototypes: its name up to ".so". The
// dynamic linker's and musl's only object are parts of libc.
func libraryOf(object string) string {
	name, _, _ := strings.Cut(path.Base(object), ".so")
	if strings.HasPrefix(name, "ld-") || strings.HasPrefix(name, "libc.musl") {
		return "libc"
	}
	return name
}
