package tracer

import (
	"fmt"
	"strings"

	"plait/elf"

	"plait/plt"
)

// plant puts breakpoints on what is to be traced of an object: its slots and
// its functions.
func (t *Tracer) plant(tr *tracee, o *object) {
	if o.file == nil {
		return
	}
	t.plantSlots(tr, o)
	t.plantFunctions(tr, o)
}

// plantSlots plants the slots of an object that are chosen. Several slots may
// share an instruction.
func (t *Tracer) plantSlots(tr *tracee, o *object) {
	wanted := t.Library.CallsOf(o.named(), t.exporters(tr.space))
	if wanted == nil {
		return
	}
	slots := t.slotsOf(tr, o)
	if len(slots) == 0 {
		if why := plt.Why(o.file.File); why != "" && o.main {
			t.notice(tr, fmt.Sprintf("%s: %s", o.path, why))
		}
		return
	}
	s := tr.space
	chosen := map[uint64][]*slot{}
	var addrs []uint64
	for _, p := range slots {
		if !wanted(p.Name) {
			continue
		}
		addr := o.base + p.Addr
		if chosen[addr] == nil && s.sites[addr] == nil {
			addrs = append(addrs, addr)
		}
		chosen[addr] = append(chosen[addr], &slot{Slot: p, object: o, got: o.base + p.GOT})
	}
	t.addSites(tr, o, addrs)
	for addr, slots := range chosen {
		if p := s.sites[addr]; p != nil {
			p.slots = slots
		}
	}
}

// slotsOf finds the slots of an object, and says what could not be found out.
func (t *Tracer) slotsOf(tr *tracee, o *object) []plt.Slot {
	found, err := o.file.scan()
	if err != nil {
		t.notice(tr, fmt.Sprintf("%s: %v", o.path, err))
	}
	if found.Unconfirmed > 0 {
		t.notice(tr, fmt.Sprintf("%s: %d places that look like library calls are left alone: no function is known to contain them", o.path, found.Unconfirmed))
	}
	return found.Slots
}

// addSites plants many breakpoints at once.
func (t *Tracer) addSites(tr *tracee, o *object, addrs []uint64) {
	s := tr.space
	failed, _ := s.table.InsertAll(addrs, func() bool { return false })
	for _, addr := range failed {
		t.notice(tr, fmt.Sprintf("%s: cannot plant a breakpoint at %#x", o.path, addr))
	}
	for _, addr := range addrs {
		if s.table.At(addr) != nil {
			s.addSite(addr)
		}
	}
}

// plantFunctions plants the entry points of an object that are chosen (-x).
// Aliases at one address are one function, under its shortest name.
func (t *Tracer) plantFunctions(tr *tracee, o *object) {
	wanted := t.Library.FunctionsOf(o.named())
	if wanted == nil {
		return
	}
	names := t.entryPoints(tr, o, wanted)
	var addrs []uint64
	for addr := range names {
		if tr.space.sites[addr] == nil {
			addrs = append(addrs, addr)
		}
	}
	t.addSites(tr, o, addrs)
	for addr, f := range names {
		if p := tr.space.sites[addr]; p != nil {
			p.function = &function{object: o, name: f.Name, version: f.Version, part: isPart(f.Name)}
		}
	}
}

// isPart tells whether a symbol may be that of a piece of a function, put elsewhere
// because it seldom runs: "f.cold", and of other tools "f.cold.0", "f.__part.1", "f.eh".
// Functions jump to their pieces. (But clang also makes functions of that name, and
// calls them.)
func isPart(name string) bool {
	name = strings.TrimRight(name, ".0123456789")
	for _, piece := range []string{".cold", ".warm", ".eh", ".__part"} {
		if strings.HasSuffix(name, piece) {
			return true
		}
	}
	return false
}

// entryPoints names the functions of an object that are wanted, by run-time
// address. An IFUNC is at its implementation.
func (t *Tracer) entryPoints(tr *tracee, o *object, wanted Selector) map[uint64]elf.Symbol {
	names := map[uint64]elf.Symbol{}
	for _, f := range o.file.Functions() {
		if !wanted(f.Name) {
			continue
		}
		addr := o.base + f.Value
		if f.IsIndirect() {
			addr = t.implementation(tr, o, f)
		}
		if addr == 0 {
			t.notice(tr, fmt.Sprintf("%s@%s: not traced: its implementation is not chosen yet (IFUNC)", f.Name, o.name()))
			continue
		}
		if have, ok := names[addr]; !ok || len(f.Name) < len(have.Name) {
			names[addr] = f
		}
	}
	return names
}

// any reports whether library calls are traced at all.
func (c *Choice) any() bool {
	return c.isDefault() || len(c.Calls)+len(c.Exports)+len(c.Functions) > 0
}

// named is the object as filters see it.
func (o *object) named() Named { return Named{Soname: o.soname, Path: o.path, Main: o.main} }

// exporters are the objects whose functions -l chose.
func (t *Tracer) exporters(s *space) []Exports {
	var all []Exports
	for _, o := range s.objects {
		if o.file != nil && t.Library.Exporter(o.named()) {
			all = append(all, Exports{Object: o.named(), Defines: o.file.Exports})
		}
	}
	return all
}
