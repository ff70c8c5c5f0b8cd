package elf

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"plait/arch"
)

// Upper bounds on what is read from a file.
const (
	maxSegments = 4096
	maxSections = 1 << 20
	maxDynamic  = 1 << 14 // entries of the dynamic section
	maxNotes    = 1 << 16 // bytes of one PT_NOTE
	maxName     = 1 << 16 // bytes of one path or symbol name
	maxTable    = 1 << 29 // bytes of one table
)

// A FormatError means that a file violates the ELF specification or a bound of this
// package.
type FormatError struct {
	Off  uint64 // file offset or link-time address of the violation
	What string // the violation
}

func (e *FormatError) Error() string { return fmt.Sprintf("%s at %#x", e.What, e.Off) }

// A File is one opened ELF file.
type File struct {
	Class   elf.Class
	Order   binary.ByteOrder
	Machine elf.Machine
	Type    elf.Type
	Entry   uint64

	Segments []Segment // PT_LOAD, as in the file
	Relro    Range     // PT_GNU_RELRO: read-only once relocated
	Interp   string    // PT_INTERP: path of the dynamic loader, or empty

	Dynamic     bool     // there is a PT_DYNAMIC
	DynamicAddr uint64   // its address
	Debug       uint64   // address of the word where the loader puts its struct r_debug (DT_DEBUG), or 0
	Soname      string   // DT_SONAME, or empty
	Needed      []string // DT_NEEDED, in order
	BuildID     string   // NT_GNU_BUILD_ID in hex, or empty

	// Path is the path of the file. Separate files with its debugging information
	// are searched near it. A caller that knows a better path than Open may set it.
	Path string

	r       io.ReaderAt
	size    uint64
	stored  uint64 // bytes of size that are not in holes
	closer  io.Closer
	reader  *Reader
	word    int // bytes of an address
	ehFrame Range

	shoff, shentsize, shnum, shstrndx uint64

	longNames atomic.Int64 // bytes of long names read from the full symbol table
	nameless  atomic.Bool  // see Nameless

	dyn map[elf.DynTag]uint64

	strings    func() string
	versions   func() map[uint16]version
	dynsyms    func() dynamicTable
	symtab     func() symbolTable
	functions  func() *index
	unwind     func() *unwindTable
	debugFrame func() *debugFrame
	relocs     func() ([]Relocation, error)
}

// A Range is a half-open range of addresses.
type Range struct{ Start, End uint64 }

// Contains tells whether addr is in r.
func (r Range) Contains(addr uint64) bool { return r.Start <= addr && addr < r.End }

// A Segment is one PT_LOAD.
type Segment struct {
	Vaddr, Memsz uint64 // in memory
	Off, Filesz  uint64 // in the file; memory beyond Filesz is zero
	Flags        elf.ProgFlag
}

// Executable reports whether the segment is mapped executable (PF_X).
func (s Segment) Executable() bool { return s.Flags&elf.PF_X != 0 }

// An Opener opens a file for reading.
type Opener func(path string) (*os.File, error)

// A Reader opens the separate files that several files name, and bounds what is inflated
// of all of them together.
type Reader struct {
	Open Opener // nil: no separate file is opened

	inMemory, onDisk atomic.Int64 // inflated bytes in memory and in temporary files
}

// Open opens the ELF file at path. The caller must call Close.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return New(file, &Reader{Open: os.Open})
}

// New reads the headers of an open ELF file. It closes the file if it returns an error.
// reader opens the separate files. Their paths come from the file itself, so that whoever
// made that may have chosen them.
func New(file *os.File, reader *Reader) (*File, error) {
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &FormatError{0, "not a regular file"}
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	f, err := NewFile(file, info.Size())
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", file.Name(), err)
	}
	f.closer, f.Path, f.reader = file, file.Name(), reader
	return f, nil
}

// Close closes the file that Open opened or New was given. Tables that were not yet read
// then read as empty.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// NewFile reads the headers of the ELF file with size bytes that r reads. Close does
// nothing for such a file.
func NewFile(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, size: uint64(max(size, 0)), reader: &Reader{}}
	f.stored = f.size
	if s, ok := r.(io.Seeker); ok {
		f.stored = uint64(storedSize(s, size))
	}
	if err := f.readHeader(); err != nil {
		return nil, err
	}
	f.strings = sync.OnceValue(f.readStrings)
	f.versions = sync.OnceValue(f.readVersions)
	f.dynsyms = sync.OnceValue(f.readDynsyms)
	f.symtab = sync.OnceValue(f.findSymtab)
	f.functions = sync.OnceValue(f.readIndex)
	f.unwind = sync.OnceValue(f.readUnwind)
	f.debugFrame = sync.OnceValue(f.readDebugFrame)
	f.relocs = sync.OnceValues(f.readRelocations)
	f.readDynamic()
	return f, nil
}

// Native reports whether the file is a little-endian 64-bit one for the processor that
// plait was built for. Only then are all tables available.
func (f *File) Native() bool {
	return f.Class == elf.ELFCLASS64 && f.Order == binary.LittleEndian && uint16(f.Machine) == arch.Native.Machine
}

// Kind describes class and machine for a message: "32-bit EM_386".
func (f *File) Kind() string {
	kind := fmt.Sprintf("%d-bit %v", 8*f.word, f.Machine)
	if f.Order == binary.BigEndian {
		kind += ", big-endian"
	}
	return kind
}

// Static reports whether the file is a program that runs without a dynamic loader: it
// names no loader, needs no other object, has no soname and imports no function. A
// static-pie has a dynamic section, but is static.
func (f *File) Static() bool {
	if f.Interp != "" || len(f.Needed) > 0 || f.Soname != "" {
		return false
	}
	relocs, _ := f.Relocations()
	for _, r := range relocs {
		if r.Kind != IRelative && !r.Symbol.Defined {
			return false
		}
	}
	return true
}

// readHeader reads the ELF header and the program headers. Field offsets are those of
// Elf64_Ehdr and Elf32_Ehdr (elf.h).
func (f *File) readHeader() error {
	var b [64]byte
	n, err := f.r.ReadAt(b[:], 0)
	if n < 52 {
		if err == nil || err == io.EOF {
			err = &FormatError{0, "too short for an ELF header"}
		}
		return err
	}
	if string(b[:4]) != elf.ELFMAG {
		return &FormatError{0, "no ELF magic number"}
	}
	f.Class = elf.Class(b[elf.EI_CLASS])
	switch elf.Data(b[elf.EI_DATA]) {
	case elf.ELFDATA2LSB:
		f.Order = binary.LittleEndian
	case elf.ELFDATA2MSB:
		f.Order = binary.BigEndian
	default:
		return &FormatError{elf.EI_DATA, "unknown byte order"}
	}
	f.Type, f.Machine = elf.Type(f.Order.Uint16(b[16:])), elf.Machine(f.Order.Uint16(b[18:]))
	switch {
	case f.Class == elf.ELFCLASS64 && n == 64:
		f.word = 8
		f.Entry = f.Order.Uint64(b[24:])
		f.shoff = f.Order.Uint64(b[40:])
		f.shentsize, f.shnum, f.shstrndx = uint64(f.Order.Uint16(b[58:])), uint64(f.Order.Uint16(b[60:])), uint64(f.Order.Uint16(b[62:]))
		return f.readSegments(f.Order.Uint64(b[32:]), b[54:])
	case f.Class == elf.ELFCLASS32:
		f.word = 4
		f.Entry = uint64(f.Order.Uint32(b[24:]))
		return f.readSegments(uint64(f.Order.Uint32(b[28:])), b[42:])
	}
	return &FormatError{elf.EI_CLASS, "unknown ELF class"}
}

// readSegments reads the program headers at off; sizes are e_phentsize and e_phnum.
func (f *File) readSegments(off uint64, sizes []byte) error {
	entsize, num := uint64(f.Order.Uint16(sizes)), uint64(f.Order.Uint16(sizes[2:]))
	if num == 0 {
		return nil
	}
	if least := map[int]uint64{8: 56, 4: 32}[f.word]; entsize < least || num > maxSegments {
		return &FormatError{off, "program headers of a wrong size or number"}
	}
	b, err := f.readOff(off, entsize*num, "program headers")
	if err != nil {
		return err
	}
	for ; len(b) >= int(entsize); b = b[entsize:] {
		f.addSegment(f.parseSegment(b))
	}
	return nil
}

// parseSegment reads an Elf64_Phdr or Elf32_Phdr.
func (f *File) parseSegment(b []byte) (elf.ProgType, Segment) {
	o := f.Order
	kind := elf.ProgType(o.Uint32(b))
	if f.word == 8 {
		return kind, Segment{Flags: elf.ProgFlag(o.Uint32(b[4:])), Off: o.Uint64(b[8:]),
			Vaddr: o.Uint64(b[16:]), Filesz: o.Uint64(b[32:]), Memsz: o.Uint64(b[40:])}
	}
	return kind, Segment{Flags: elf.ProgFlag(o.Uint32(b[24:])), Off: uint64(o.Uint32(b[4:])),
		Vaddr: uint64(o.Uint32(b[8:])), Filesz: uint64(o.Uint32(b[16:])), Memsz: uint64(o.Uint32(b[20:]))}
}

// addSegment takes in one program header. It ignores a segment that wraps around the
// address space. A segment never extends past the end of the file.
func (f *File) addSegment(kind elf.ProgType, s Segment) {
	if s.Vaddr+s.Memsz < s.Vaddr {
		return
	}
	s.Filesz = min(s.Filesz, s.Memsz, f.size-min(s.Off, f.size))
	switch kind {
	case elf.PT_LOAD:
		f.Segments = append(f.Segments, s)
	case elf.PT_INTERP:
		if b, err := f.readOff(s.Off, min(s.Filesz, maxName), "interpreter"); err == nil {
			f.Interp = cString(string(b), 0)
		}
	case elf.PT_NOTE:
		f.readBuildID(s)
	case elf.PT_DYNAMIC:
		f.Dynamic, f.DynamicAddr = true, s.Vaddr
	case elf.PT_GNU_RELRO:
		f.Relro = Range{s.Vaddr, s.Vaddr + s.Memsz}
	case elf.PT_GNU_EH_FRAME:
		f.ehFrame = Range{s.Vaddr, s.Vaddr + s.Filesz}
	}
}

// readBuildID searches the notes of a segment (Elf64_Nhdr in elf.h) for the build ID.
func (f *File) readBuildID(s Segment) {
	b, err := f.readOff(s.Off, min(s.Filesz, maxNotes), "notes")
	for err == nil && len(b) >= 12 {
		name, desc := uint64(f.Order.Uint32(b)), uint64(f.Order.Uint32(b[4:]))
		kind := f.Order.Uint32(b[8:])
		from := 12 + (name+3)&^3
		next := from + (desc+3)&^3
		if next > uint64(len(b)) {
			return
		}
		if kind == 3 && string(b[12:12+name]) == "GNU\x00" { // NT_GNU_BUILD_ID
			f.BuildID = fmt.Sprintf("%x", b[from:from+desc])
			return
		}
		b = b[next:]
	}
}
