package proto

import (
	"embed"
	"path"
	"slices"
	"strings"

	"plait/arch"
	"plait/proto/decode"
	"plait/proto/syntax"
)

// The list of files and the index cover the files that gen_abi.go writes, so they are made
// after them.
//
//go:generate go run gen_abi.go
//go:generate go run gen_written.go
//go:generate env PLAIT_UPDATE=1 go test -count=1 -run ^TestIndex$ .

// The shipped files. data/abi has the types that the C library and the kernel share.
// data/LIBRARY has prototypes and types of a library that are written by hand.
// data/generated/LIBRARY has those that are made from its headers. An index of names
// leads to the former. The latter, which are many more, are sorted and need none.
//
// Each of the former is a string (written.go). To read a file of an embed.FS is to copy it,
// which would be a noticeable part of every start.
//
//go:embed data/generated/*/*.conf
var generated embed.FS

// A writtenFile is one of the files written by hand.
type writtenFile struct {
	name string // below data
	text *string
}

// writtenText returns the text of a file written by hand, or "" if there is none.
func writtenText(name string) string {
	at, found := slices.BinarySearchFunc(written, name, func(f writtenFile, name string) int { return strings.Compare(f.name, name) })
	if !found {
		return ""
	}
	return *written[at].text
}

// Types are the embedded types and prototypes for one architecture. An item is read when
// its name is looked up, and parsed when it is used.
type Types struct {
	arch   *arch.Arch
	scope  *scope
	protos map[string]*item // first of those of a name; the others by next
	errs   []error
	asked  map[string]bool // names whose items were added
	whole  bool            // all items were added
	heap   []*item         // functions that allocate or free, once they were asked for

	libraries map[string]*library          // with generated prototypes, as far as looked up; nil value: it has none
	all       []*library                   // all of them, once they were needed
	mangled   map[string]*decode.Prototype // derived from C++ names
	sentences map[string]*File             // about functions, by folder; nil values: there are none
}

// Embedded returns the embedded types for a.
func Embedded(a *arch.Arch) *Types { return &Types{arch: a} }

// child returns an empty scope that has t as its parent.
func (t *Types) child() *scope {
	if t == nil {
		return newScope(nil, arch.Native)
	}
	t.begin()
	return newScope(t.scope, t.arch)
}

// begin prepares for the first look-up.
func (t *Types) begin() {
	if t.scope != nil {
		return
	}
	t.scope = newScope(nil, t.arch)
	t.scope.shipped, t.scope.files = true, t
	t.protos = map[string]*item{}
	t.libraries = map[string]*library{}
	t.asked = map[string]bool{}
}

// loadAll adds the items of all files.
func (t *Types) loadAll() {
	t.begin()
	if t.whole {
		return
	}
	t.whole = true
	for _, file := range written {
		for _, c := range syntax.Split(*file.text) {
			if h := syntax.HeadingOf(c.Text); !t.asked[h.Name] {
				t.add(file.name, h, c)
			}
		}
	}
}

// loadDefining adds the items that define a name.
func (t *Types) loadDefining(name string) {
	t.begin()
	if t.whole || t.asked[name] {
		return
	}
	for file := range strings.FieldsSeq(definedIn(name)) {
		t.asked[name] = true // only those of the index: a program may have any number of others
		file += ".conf"
		for _, c := range syntax.Named(writtenText(file), name) {
			t.add(file, syntax.HeadingOf(c.Text), c)
		}
	}
}

func (t *Types) add(file string, h syntax.Heading, c syntax.Chunk) {
	it := &item{Heading: h, Chunk: c, file: file, scope: t.scope}
	if it.Kind == syntax.KindPrototype {
		t.addPrototype(it)
	} else if !t.scope.define(it) {
		t.errs = append(t.errs, it.errorf("%s is already defined", it.Name))
	}
}

// addPrototype adds a prototype. If several have one name, the one in the last file comes
// first.
func (t *Types) addPrototype(it *item) {
	first := t.protos[it.Name]
	if first == nil || first.file <= it.file {
		it.next, t.protos[it.Name] = first, it
		return
	}
	for first.next != nil && first.next.file > it.file {
		first = first.next
	}
	it.next, first.next = first.next, it
}

// lookup returns the prototype of symbol: in the files about object, written by hand or
// generated, otherwise in those about another library.
func (t *Types) lookup(object, symbol string) *decode.Prototype {
	t.loadDefining(symbol)
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

// libraryOf returns the folder of an object's prototypes: its name up to ".so". The
// dynamic linker and the only object of musl belong to libc.
func libraryOf(object string) string {
	name, _, _ := strings.Cut(path.Base(object), ".so")
	if strings.HasPrefix(name, "ld-") || strings.HasPrefix(name, "libc.musl") {
		return "libc"
	}
	return name
}
