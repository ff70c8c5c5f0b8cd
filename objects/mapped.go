package objects

import (
	"bytes"
	"io"
	"path"
	"strings"

	"plait/objfile"
	"plait/ptrace"
)

// IsMapped reports whether f is mapped where o says: its dynamic section is at o.Dynamic,
// and the mappings there and at its code have f's offsets. Code may also be in anonymous
// memory: some programs move theirs to huge pages.
func (o *Object) IsMapped(f *objfile.File, maps []ptrace.Mapping) bool {
	if f.DynamicAddr+o.Base != o.Dynamic {
		return false
	}
	for _, s := range f.Segments {
		var where uint64
		switch {
		case s.Filesz == 0:
			continue
		case s.Executable():
			where = s.Vaddr
		case s.Vaddr <= f.DynamicAddr && f.DynamicAddr-s.Vaddr < s.Filesz:
			where = f.DynamicAddr
		default:
			continue
		}
		at := MappingAt(maps, o.Base+where)
		if at < 0 || s.Executable() && !maps[at].Exec {
			return false
		}
		off := o.Base + where - maps[at].Start + maps[at].Offset
		if strings.HasPrefix(maps[at].Path, "/") && off != where-s.Vaddr+s.Off {
			return false
		}
	}
	return true
}

// MappingAt returns the index of the mapping that contains addr, or -1.
func MappingAt(maps []ptrace.Mapping, addr uint64) int {
	for i, m := range maps {
		if m.Start <= addr && addr < m.End {
			return i
		}
	}
	return -1
}

// Extent returns the range of addresses that the file of maps[at] is mapped at. It
// includes anonymous pages (.bss) between its mappings and directly after them.
func Extent(maps []ptrace.Mapping, at int) (lo, hi uint64) {
	path := maps[at].Path
	first, last := at, at
	for first > 0 && maps[first-1].Path == path && maps[first-1].Offset < maps[first].Offset+1 {
		first--
	}
	for last+1 < len(maps) && maps[last+1].Start == maps[last].End &&
		(maps[last+1].Path == path && maps[last+1].Offset != 0 || maps[last+1].Path == "") {
		last++
	}
	return maps[first].Start, maps[last].End
}

// Region returns the word for a mapping whose name in proc_pid_maps(5) is name: "heap",
// "stack" or the base name of a file; "" for an anonymous mapping.
func Region(name string) string {
	switch {
	case name == "[heap]":
		return "heap"
	case name == "[stack]":
		return "stack"
	case name == "" || name[0] == '[':
		return ""
	}
	return path.Base(name)
}

// GapNear returns the address of size free bytes below some mapping, as close to addr as
// possible and less than reach away, or 0 if there is no such gap. Memory above a mapping is
// not used, so that the heap and other mappings can grow.
func GapNear(maps []ptrace.Mapping, addr, size, reach uint64) uint64 {
	const guard = 1 << 20 // left free on each side
	best, distance := uint64(0), reach
	last := uint64(1 << 16) // vm.mmap_min_addr
	for _, m := range maps {
		if m.Start >= last+size+2*guard && m.Path != "[stack]" {
			at := m.Start - size - guard
			if d := max(at, addr) - min(at, addr); d < distance {
				best, distance = at, d
			}
		}
		last = max(last, m.End)
	}
	return best
}

// FindCode returns the address of bytes in executable memory, at best in the vDSO, or 0.
func FindCode(maps []ptrace.Mapping, memory io.ReaderAt, want []byte) uint64 {
	for _, vdso := range []bool{true, false} {
		for _, m := range maps {
			if !m.Exec || (m.Path == "[vdso]") != vdso || m.Path == "[vsyscall]" {
				continue
			}
			code := make([]byte, min(m.End-m.Start, 1<<20))
			n, _ := memory.ReadAt(code, int64(m.Start))
			if i := bytes.Index(code[:n], want); i >= 0 {
				return m.Start + uint64(i)
			}
		}
	}
	return 0
}
