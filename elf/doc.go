// Package elf owns the run-time facts of one ELF file: what it is, what it
// needs and exports, which words the dynamic loader fills with whose address,
// where its functions begin and end.
//
// It starts from what the kernel and the dynamic loader use: program headers
// and the dynamic section. Section headers, which a file can do without, only
// add: the names of local functions, and an .eh_frame without a table. It is
// the only importer of debug/elf, whose constants it uses.
//
// It knows no process and no run-time address, and not what a PLT is. All
// addresses are link-time addresses (p_vaddr): add the load base.
//
// Any bytes may be opened. What an Open or NewFile accepts is safe to ask
// everything; tables that make no sense read as empty or give a *FormatError.
// Memory stays within a small multiple of the file's size. A file of another
// class, byte order or machine than little-endian 64-bit opens far enough to
// say what it is (Kind). The lazily built tables may be asked for from several
// goroutines.
//
// # Adding a machine
//
// Its number and its types of relocation are fields of arch.Arch; nothing changes
// here. A new kind of relocation, by which code reaches functions, is a RelocKind
// with a case in kindOf (relocations.go).
package elf
