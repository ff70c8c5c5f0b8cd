package proto

import (
	"path"
	"strings"

	"plait/proto/syntax"
)

// HeapFunctions returns the names of the functions of an object that allocate or free
// blocks of memory: those that its own prototypes say so of, and those that any object may
// define in place of the C and C++ libraries'. Some may not exist.
func (d *Database) HeapFunctions(object string) []string {
	var names []string
	for _, places := range [][]*place{d.user, d.system} {
		for _, p := range places {
			if f := d.in(p, object, true); f != nil {
				names = append(names, f.heapFunctions()...)
			}
		}
	}
	return append(names, d.types.heapFunctions(object)...)
}

// heapFunctions returns the functions of a file that allocate or free.
func (f *File) heapFunctions() (names []string) {
	for _, it := range f.items {
		if it.changesHeap() {
			names = append(names, it.Name)
		}
	}
	return names
}

// changesHeap reports whether an item is the prototype of a function that allocates or
// frees.
func (it *item) changesHeap() bool {
	if it.Kind != syntax.KindPrototype || !mentionsHeap(it.Text) {
		return false
	}
	d, err := it.parse()
	return err == nil && (d.Alloc != nil || d.Frees != nil)
}

// mentionsHeap reports whether a text may be about the heap.
func mentionsHeap(text string) bool {
	return strings.Contains(text, "allocates") || strings.Contains(text, "frees")
}

// heapFunctions returns those of an object by the embedded files.
func (t *Types) heapFunctions(object string) (names []string) {
	library := libraryOf(object)
	for _, it := range t.onHeap() {
		if folder := folderOf(it.file); folder == library || isPartOf(folder, library) || isReplaceable(it.Name) {
			names = append(names, it.Name)
		}
	}
	return names
}

// onHeap returns the functions of the embedded files that allocate or free. Generated
// files do not say.
func (t *Types) onHeap() []*item {
	t.begin()
	if t.heap != nil {
		return t.heap
	}
	for _, file := range written {
		if path.Dir(file.name) == "abi" || !mentionsHeap(*file.text) {
			continue
		}
		for _, c := range syntax.Split(*file.text) {
			if it := (&item{Heading: syntax.HeadingOf(c.Text), Chunk: c, file: file.name, scope: t.scope}); it.changesHeap() {
				t.heap = append(t.heap, it)
			}
		}
	}
	return t.heap
}

// isReplaceable reports whether programs and other libraries may define a function in
// place of the C library (its manual, "Replacing malloc") or the C++ library
// ([replacement.functions] in the standard: the operators new and delete).
func isReplaceable(name string) bool {
	switch name {
	case "malloc", "free", "calloc", "realloc", "aligned_alloc", "memalign", "posix_memalign", "pvalloc", "valloc":
		return true
	}
	for _, operator := range []string{"_Znw", "_Zna", "_Zdl", "_Zda"} {
		if strings.HasPrefix(name, operator) {
			return true
		}
	}
	return false
}
