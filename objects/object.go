package objects

import (
	"strings"

	"plait/elf"
	"plait/filter"
	"plait/objfile"
)

// An Object is an ELF file mapped in an address space.
type Object struct {
	Main     bool   // it is the program itself
	Path     string // of its file, as the kernel names it
	Link     string // its name in the link map
	FileName string // the base name of Path, or of Link where that differs
	Soname   string
	Base     uint64        // load address: run-time minus link-time addresses
	Dynamic  uint64        // address of its dynamic section
	Lo, Hi   uint64        // what it is mapped at
	File     *objfile.File // nil if it could not be opened
}

// Name is the soname, or the base name where there is none.
func (o *Object) Name() string {
	if o.Soname != "" && !o.Main {
		return o.Soname
	}
	return o.FileName
}

// ELF is the file of an object, nil if none is known.
func (o *Object) ELF() *objfile.File {
	if o == nil {
		return nil
	}
	return o.File
}

// Named is the object as filters see it.
func (o *Object) Named() filter.Object {
	return filter.Object{Soname: o.Soname, Path: o.Path, Main: o.Main}
}

// Begins tells whether a function of that name begins at addr. An object may call its
// own functions through its GOT, in which others may have put theirs.
func (o *Object) Begins(name string, addr uint64) bool {
	if o.File == nil {
		return false
	}
	sym, ok := o.File.Lookup(name)
	return ok && sym.IsFunction() && sym.Value != 0 && o.Base+sym.Value == addr
}

// IsGo tells whether a function is one that Go has compiled: its package is in its name.
// (Names of C have a dot only where the compiler has made them of others.)
func (o *Object) IsGo(name string) bool {
	return o.File != nil && o.File.IsGo() && strings.Contains(name, ".") && !strings.HasSuffix(name, ".abi0")
}

// leadsBack tells whether v, in a word that the loader fills, is what stands there
// before a lazily bound function's first call: the rest of the stub.
func (o *Object) leadsBack(r elf.Relocation, v uint64) bool {
	var b [8]byte
	if n, _ := o.File.ReadMem(b[:], r.Offset); n < len(b) {
		return false
	}
	return v == o.Base+o.File.Order.Uint64(b[:])
}

// IsPart tells whether a symbol may be that of a piece of a function, put elsewhere
// because it seldom runs: "f.cold", and of other tools "f.cold.0", "f.__part.1", "f.eh".
// Functions jump to their pieces. (But clang also makes functions of that name, and
// calls them.)
func IsPart(name string) bool {
	name = strings.TrimRight(name, ".0123456789")
	for _, piece := range []string{".cold", ".warm", ".eh", ".__part"} {
		if strings.HasSuffix(name, piece) {
			return true
		}
	}
	return false
}
