package elf

import (
	"debug/elf"
)

// readDynamic reads the dynamic section up to DT_NULL. If a tag other than DT_NEEDED
// occurs twice, the last entry counts.
func (f *File) readDynamic() {
	f.dyn = map[elf.DynTag]uint64{}
	if !f.Dynamic {
		return
	}
	size := uint64(2 * f.word)
	b := f.readUpTo(f.DynamicAddr, maxDynamic*size)
	var needed []uint64
	for at := f.DynamicAddr; uint64(len(b)) >= size; b, at = b[size:], at+size {
		tag, value := elf.DynTag(f.address(b)), f.address(b[f.word:])
		if tag == elf.DT_NULL {
			break
		}
		switch tag {
		case elf.DT_NEEDED:
			needed = append(needed, value)
		case elf.DT_DEBUG:
			f.Debug = at + uint64(f.word)
		}
		f.dyn[tag] = value
	}
	f.readDynamicNames(needed)
}

func (f *File) readDynamicNames(needed []uint64) {
	soname, named := f.dyn[elf.DT_SONAME]
	if named {
		f.Soname = cString(f.strings(), soname)
	}
	for _, off := range needed {
		f.Needed = append(f.Needed, cString(f.strings(), off))
	}
}

// address reads a word of the file's class.
func (f *File) address(b []byte) uint64 {
	if f.word == 4 {
		return uint64(f.Order.Uint32(b))
	}
	return f.Order.Uint64(b)
}

// readStrings reads the dynamic string table.
func (f *File) readStrings() string {
	addr, ok := f.dyn[elf.DT_STRTAB]
	if !ok {
		return ""
	}
	off, rest, ok := f.offset(addr)
	if !ok {
		return ""
	}
	text, _ := f.readText(off, min(f.dyn[elf.DT_STRSZ], rest, maxTable), "string table")
	return text
}

// A version is the meaning of a symbol version index.
type version struct {
	name string
	from string // the object that must define it, for a needed version
}

// Bits of an Elf64_Versym (LSB Core, "Symbol Versioning").
const (
	versionHidden = 0x8000
	versionIndex  = 0x7fff
	versionGlobal = 1 // this index and 0 have no name
)

// readVersions reads the version definitions and requirements.
func (f *File) readVersions() map[uint16]version {
	all := map[uint16]version{}
	f.readVerdef(all)
	f.readVerneed(all)
	return all
}

// readVerdef reads the chain of Elf64_Verdef. The first Elf64_Verdaux of each has the
// name. A chain can only go forward, and must end within the segment.
func (f *File) readVerdef(all map[uint16]version) {
	b := f.readUpTo(f.dyn[elf.DT_VERDEF], maxVersions(f.dyn[elf.DT_VERDEFNUM]))
	for range f.dyn[elf.DT_VERDEFNUM] {
		if len(b) < 20 {
			return
		}
		index, aux, next := f.Order.Uint16(b[4:]), f.Order.Uint32(b[12:]), f.Order.Uint32(b[16:])
		if uint64(aux)+4 <= uint64(len(b)) {
			all[index&versionIndex] = version{name: f.dynString(b[aux:])}
		}
		if next == 0 || uint64(next) > uint64(len(b)) {
			return
		}
		b = b[next:]
	}
}

// readVerneed reads the chain of Elf64_Verneed, one per object, each with its
// chain of Elf64_Vernaux, one per version.
func (f *File) readVerneed(all map[uint16]version) {
	b := f.readUpTo(f.dyn[elf.DT_VERNEED], maxVersions(f.dyn[elf.DT_VERNEEDNUM]))
	rest := len(b) / 16 // bounds the entries, even if chains overlap
	for range f.dyn[elf.DT_VERNEEDNUM] {
		if len(b) < 16 || rest <= 0 {
			return
		}
		count, aux, next := f.Order.Uint16(b[2:]), f.Order.Uint32(b[8:]), f.Order.Uint32(b[12:])
		if uint64(aux) <= uint64(len(b)) {
			rest -= f.readVernaux(all, b[aux:], min(int(count), rest), f.dynString(b[4:]))
		}
		if next == 0 || uint64(next) > uint64(len(b)) {
			return
		}
		b, rest = b[next:], rest-1
	}
}

func (f *File) readVernaux(all map[uint16]version, b []byte, count int, from string) int {
	for i := range count {
		if len(b) < 16 {
			return i
		}
		all[f.Order.Uint16(b[6:])&versionIndex] = version{f.dynString(b[8:]), from}
		next := f.Order.Uint32(b[12:])
		if next == 0 || uint64(next) > uint64(len(b)) {
			return i + 1
		}
		b = b[next:]
	}
	return count
}

// maxVersions returns the most bytes to read for n entries of a version chain, which is
// contiguous. Each entry has one or more auxiliary entries of 8 or 16 bytes.
func maxVersions(n uint64) uint64 { return min(n, 1<<12) << 10 }

// dynString returns the dynamic string whose offset is the first word of b.
func (f *File) dynString(b []byte) string { return cString(f.strings(), uint64(f.Order.Uint32(b))) }
