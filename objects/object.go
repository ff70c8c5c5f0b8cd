package objects

import (
	"strings"

	"plait/elf"
	"plait/filter"
	"plait/objfile"
)

// An Object is an ELF file mapped in an address space.
type Object struct {
	Main     bool   // it is the program, not a library
	Path     string // of its file, as in proc_pid_maps(5)
	Link     string // the dynamic loader's name of it (l_name)
	FileName string // the base name of Path, or of Link where that differs
	Soname   string
	Base     uint64        // load address: run-time minus link-time addresses
	Dynamic  uint64        // address of its dynamic section
	Lo, Hi   uint64        // the addresses that it is mapped at, Hi excluded
	File     *objfile.File // nil if the file could not be opened
}

// Name returns the soname of a library that has one, else the base name of the file.
func (o *Object) Name() string {
	if o.Soname != "" && !o.Main {
		return o.Soname
	}
	return o.FileName
}

// read returns the file of an object; nil for a nil object, or if the file could not be opened.
func (o *Object) read() *objfile.File {
	if o == nil {
		return nil
	}
	return o.File
}

// ForFilter returns the object as filters see it.
func (o *Object) ForFilter() filter.Object {
	return filter.Object{Soname: o.Soname, Path: o.Path, Main: o.Main}
}

// DefinesAt reports whether the object has a function called name that begins at addr. An
// object may call its own functions through its GOT, where other objects' functions may have
// taken their places.
func (o *Object) DefinesAt(name string, addr uint64) bool {
	if o.File == nil {
		return false
	}
	sym, ok := o.File.Lookup(name)
	return ok && sym.IsFunction() && sym.Value != 0 && o.Base+sym.Value == addr
}

// IsGo reports whether Go compiled the function called name: the name has a package in it,
// and is not that of an assembly function (ABI0). (A name in C has a dot only if the compiler
// made it from another name.)
func (o *Object) IsGo(name string) bool {
	return o.File != nil && o.File.IsGo() && strings.Contains(name, ".") && !strings.HasSuffix(name, ".abi0")
}

// isUnbound reports whether v, read from the word of a relocation, is still the value that
// the word has before a lazily bound function's first call: the address of the rest of the
// PLT stub.
func (o *Object) isUnbound(r elf.Relocation, v uint64) bool {
	var b [8]byte
	if n, _ := o.File.ReadMem(b[:], r.Offset); n < len(b) {
		return false
	}
	return v == o.Base+o.File.Order.Uint64(b[:])
}

// IsPart reports whether a symbol looks like that of a part of a function which the compiler
// has put elsewhere because it seldom runs: "f.cold", or by other tools "f.cold.0",
// "f.__part.1", "f.eh". Functions jump to their parts. (But clang also gives such names to
// real functions, which are called.)
func IsPart(name string) bool {
	name = strings.TrimRight(name, ".0123456789")
	for _, piece := range []string{".cold", ".warm", ".eh", ".__part"} {
		if strings.HasSuffix(name, piece) {
			return true
		}
	}
	return false
}
