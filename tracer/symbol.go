package tracer

import (
	"cmp"
	"slices"
	"strconv"

	"plait/elf"
)

// symbol names the function that addr lies in, "main" or "main+0x12"; it is
// empty if none is known.
func (t *Tracer) symbol(s *space, addr uint64) string {
	o := s.objectAt(addr)
	if o == nil || o.file == nil {
		return ""
	}
	f, ok := o.functionAt(addr - o.base)
	if !ok {
		return ""
	}
	if off := addr - o.base - f.Value; off != 0 {
		return f.Name + "+0x" + strconv.FormatUint(off, 16)
	}
	return f.Name
}

// functionAt finds the function around a link-time address.
func (o *object) functionAt(addr uint64) (elf.Symbol, bool) {
	functions := o.file.Functions()
	i, found := slices.BinarySearchFunc(functions, addr, func(f elf.Symbol, addr uint64) int {
		return cmp.Compare(f.Value, addr)
	})
	if found {
		return functions[i], true
	}
	if i == 0 {
		return elf.Symbol{}, false
	}
	f := functions[i-1]
	return f, addr < f.Value+f.Size
}
