package tracer

import (
	"plait/elf"
)

// implementation is the run-time address of the function that the resolver of
// an IFUNC of o has chosen, or 0 if no word of the program holds it yet. The
// loader has put it into the words that the object itself calls it through
// (IRELATIVE) and into those of the objects that import it.
func (t *Tracer) implementation(tr *tracee, o *object, f elf.Symbol) uint64 {
	if addr := t.chosen(tr, o, o, func(r elf.Relocation) bool {
		return r.Kind == elf.IRelative && r.Addend == f.Value
	}); addr != 0 {
		return addr
	}
	for _, importer := range tr.space.objects {
		if importer.file == nil {
			continue
		}
		if addr := t.chosen(tr, o, importer, func(r elf.Relocation) bool {
			return r.Symbol.Name == f.Name && (r.Kind == elf.JumpSlot || r.Kind == elf.GlobDat)
		}); addr != 0 {
			return addr
		}
	}
	return 0
}

// chosen reads the words of importer whose relocation is wanted, until one
// holds an address in o.
func (t *Tracer) chosen(tr *tracee, o, importer *object, wanted func(elf.Relocation) bool) uint64 {
	relocations, _ := reading(t, importer.file, func() []elf.Relocation { all, _ := importer.file.Relocations(); return all })
	for _, r := range relocations {
		if !wanted(r) {
			continue
		}
		if v, err := t.readWord(tr, importer.base+r.Offset); err == nil && o.lo <= v && v < o.hi {
			return v
		}
	}
	return 0
}
