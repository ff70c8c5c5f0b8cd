package proto

import (
	"embed"
	"io/fs"
	"path"
	"strings"

	"plait/arch"
)

// data are the shipped files: data/abi has the types that libc and the kernel
// share, data/LIBRARY the prototypes and types of a library's headers.
//
//go:embed data
var data embed.FS

// Types are the embedded types and prototypes, as they are on one architecture.
// They are indexed when they are first asked for, and parsed item by item.
type Types struct {
	arch   *arch.Arch
	scope  *scope
	protos map[string]*item // first of those of a name; the others by next
	errs   []error
	loaded bool

	libraries []*library            // with generated prototypes
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

// load indexes the embedded files.
func (t *Types) load() {
	if t.loaded {
		return
	}
	t.loaded = true
	t.scope = newScope(nil, t.arch)
	t.scope.shipped = true
	t.protos = make(map[string]*item, 4096)
	err := fs.WalkDir(data, "data", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.file(name)
		}
		return err
	})
	if err != nil {
		t.errs = append(t.errs, err)
	}
}

// file takes in one of the embedded files: by items, or, if it is generated, as it
// is.
func (t *Types) file(name string) {
	name = strings.TrimPrefix(name, "data/")
	switch dir, base := path.Split(name); {
	case base == generatedPrototypes:
		t.libraries = append(t.libraries, &library{name: path.Clean(dir), used: map[string]*item{}})
	case base != generatedTypes && path.Ext(base) == ".conf":
		t.add(name, readData(name))
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
		first = t.generatedAnywhere(symbol)
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
