package objects

import (
	"math"

	"plait/elf"
	"plait/ptrace"
	"plait/unwind"
)

// ThreadStack returns the bounds of the stack that a thread began to run on. at is an address
// on it, pointer the thread pointer; first tells that it is the first thread of its process. The
// process's first stack can grow down as far as the mapping below it. Below a thread's own part
// of a mapping are those of others. If nothing is known, all is one stack.
func ThreadStack(maps []ptrace.Mapping, at, pointer uint64, first bool) (lo, hi uint64) {
	on := MappingAt(maps, at)
	if i := MappingAt(maps, pointer); i >= 0 && !first && (i == on || !isFirstStack(maps, on)) {
		return maps[i].Start, pointer
	}
	for i := range maps {
		if first && isFirstStack(maps, i) {
			on = i
		}
	}
	if on < 0 {
		return 0, math.MaxUint64
	}
	lo, hi = maps[on].Start, maps[on].End
	if isFirstStack(maps, on) && on > 0 {
		lo = maps[on-1].End
	}
	return lo, hi
}

func isFirstStack(maps []ptrace.Mapping, at int) bool { return at >= 0 && maps[at].Path == "[stack]" }

// A KnownSpace is what is known of an address space without reading its mappings again. Code is
// the executable ones, as last read.
type KnownSpace struct {
	unwind.Cache
	List List
	Code []ptrace.Mapping
}

// Object implements unwind.Space.
func (k *KnownSpace) Object(addr uint64) (*elf.File, uint64) {
	o := k.List.At(addr)
	if o == nil || o.File == nil {
		return nil, 0
	}
	return o.File.File, o.Base
}

// Executable implements unwind.Space.
func (k *KnownSpace) Executable(addr uint64) bool { return MappingAt(k.Code, addr) >= 0 }
