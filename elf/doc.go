// Package elf reads what matters at run time about one ELF file: what it is, what it
// needs and exports, which words the dynamic loader fills with which address, and
// where its functions begin and end.
//
// It owns the reading of ELF, and is the only importer of debug/elf. It starts from what
// the kernel and the dynamic loader use: program headers and the dynamic section. Section
// headers are optional in a file and only add to that: names of local functions, an
// .eh_frame that has no .eh_frame_hdr, debugging information.
//
// It knows no process, no run-time address and no PLT. All addresses are link-time
// addresses (p_vaddr): add the load base.
//
// Any bytes may be opened. Every method is safe for every file that was opened; broken
// tables read as empty or give a *FormatError. Memory stays within a small multiple of
// the file's size. A file that is not Native opens far enough to say what it is (Kind).
// Several goroutines may query one File at once.
//
// # Adding a machine
//
// Its number and its relocation types are fields of arch.Arch; nothing changes here. A
// new kind of relocation by which code reaches functions is a RelocKind with a case in
// kindOf (relocations.go) and a field of arch.Relocations.
package elf
