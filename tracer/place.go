package tracer

import (
	"plait/objects"
	"plait/proto"
)

// place tells what lies at an address: a function, the stack, the heap, or the
// file that is mapped there.
func (t *Tracer) place(tr *tracee, addr uint64) proto.Place {
	if name := tr.space.objects.Symbol(addr); name != "" {
		return proto.Place{Symbol: name, Mapped: true}
	}
	s := tr.space
	i := objects.MappingAt(s.places, addr)
	if i < 0 {
		// Most words are no addresses: to find that out costs less than the mappings.
		if _, err := t.readWord(tr, addr&^7); err != nil {
			return proto.Place{}
		}
		maps, err := t.Kernel.Maps(tr.tid)
		if err != nil {
			return proto.Place{}
		}
		s.places = maps
		if i = objects.MappingAt(maps, addr); i < 0 {
			return proto.Place{}
		}
	}
	return proto.Place{Region: objects.Region(s.places[i].Path), Mapped: true}
}
