package tracer

import (
	"fmt"
	"slices"

	"plait/elf"
	"plait/filter"
	"plait/objects"
	"plait/objfile"
	"plait/plt"
)

// plant puts breakpoints on what is to be traced in an object: its slots and its
// functions. If it is interrupted, the rest remains in space.unplanted.
func (t *Tracer) plant(tr *tracee, o *objects.Object) {
	if o.File == nil {
		return
	}
	whole := t.plantSyscalls(tr, o) && t.plantSlots(tr, o) && t.plantFunctions(tr, o)
	if o.File.Nameless() {
		t.notice(tr, fmt.Sprintf("%s: functions with names longer than 64 KiB are not traced", o.Path))
	}
	if t.promoteAttached(tr); whole {
		return
	}
	t.cutShort = true
	tr.space.unplanted = append(tr.space.unplanted, o)
	if tr.shown && !tr.attached {
		t.notice(tr, fmt.Sprintf("%s: interrupted before all of its calls could be traced", o.Path))
	}
}

// plantRest finds and plants what remained when plait was interrupted.
func (t *Tracer) plantRest(tr *tracee) {
	s := tr.space
	if s.linker.unread {
		s.linker.unread = false
		if t.debugAddr(tr) == 0 {
			t.updateObjects(tr)
		} else {
			t.rendezvous(tr)
		}
	}
	due := s.unplanted
	s.unplanted = nil
	for _, o := range due {
		if slices.Contains(s.objects, o) {
			t.plant(tr, o)
		}
	}
}

// plantSlots plants the slots of an object that are chosen. Several slots may share an
// instruction. It reports false if it was interrupted.
func (t *Tracer) plantSlots(tr *tracee, o *objects.Object) bool {
	wanted, ok := t.callsOf(tr.space, o)
	if wanted == nil || !ok {
		return ok
	}
	slots, ok := t.slotsOf(tr, o)
	if !ok {
		return false
	}
	if len(slots) == 0 {
		if why := plt.Why(o.File.File); why != "" && o.Main {
			t.notice(tr, fmt.Sprintf("%s: %s", o.Path, why))
		}
		return true
	}
	chosen, ok := t.chooseSlots(o, slots, wanted)
	if !ok || !t.addSites(tr, o, siteAddrs(tr.space, chosen)) {
		return false
	}
	for len(chosen) > 0 {
		n := 1
		for n < len(chosen) && chosen[n].at() == chosen[0].at() {
			n++
		}
		if p := tr.space.sites[chosen[0].at()]; p != nil {
			p.slots = chosen[:n:n]
		}
		chosen = chosen[n:]
	}
	return true
}

// chooseSlots makes the slots of an object that are wanted, in the order of slots, which
// is by address. It reports false if it was interrupted.
func (t *Tracer) chooseSlots(o *objects.Object, slots []plt.Slot, wanted filter.Selector) (chosen []*slot, ok bool) {
	for i, p := range slots {
		if i%stepsPerCheck == 0 && t.worker.Interrupted() {
			return nil, false
		}
		if wanted(p.Name) {
			chosen = append(chosen, &slot{Slot: p, object: o, got: o.Base + p.GOT})
		}
	}
	return chosen, true
}

// stepsPerCheck is how many steps of some microseconds are made between two checks for
// an interrupt.
const stepsPerCheck = 1 << 10

// at is the run-time address of the instruction.
func (s *slot) at() uint64 { return s.object.Base + s.Addr }

// siteAddrs are the addresses of slots that have no site yet. Slots that share an
// instruction are neighbours.
func siteAddrs(s *space, slots []*slot) (addrs []uint64) {
	for i, p := range slots {
		if (i == 0 || p.at() != slots[i-1].at()) && s.sites[p.at()] == nil {
			addrs = append(addrs, p.at())
		}
	}
	return addrs
}

// callsOf selects the calls of an object that are wanted; nil: none.
func (t *Tracer) callsOf(s *space, o *objects.Object) (wanted filter.Selector, ok bool) {
	exporters, ok := t.exporters(s)
	if !ok {
		return nil, false
	}
	t.Library.Defined(o.ForFilter(), func(symbol string) bool {
		f, ok := o.File.Lookup(symbol)
		return ok && f.IsFunction()
	})
	return t.Library.CallsOf(o.ForFilter(), exporters), true
}

// slotsOf finds the slots of an object, and tells the user what could not be found.
func (t *Tracer) slotsOf(tr *tracee, o *objects.Object) (slots []plt.Slot, ok bool) {
	found, err, ok := o.File.Slots()
	if !ok {
		return nil, false
	}
	if err != nil {
		t.notice(tr, fmt.Sprintf("%s: %v", o.Path, err))
	}
	if found.Unconfirmed > 0 {
		t.notice(tr, fmt.Sprintf("%s: %d places that look like library calls are not traced: no known function contains them", o.Path, found.Unconfirmed))
	}
	return found.Slots, true
}

// addSites plants many breakpoints at once, at sorted addresses. It reports false if it was interrupted;
// what is planted then has its sites.
func (t *Tracer) addSites(tr *tracee, o *objects.Object, addrs []uint64) bool {
	s := tr.space
	var failed []uint64
	for some := range slices.Chunk(addrs, 4*stepsPerCheck) {
		bad, rest := s.table.InsertAll(some, t.worker.Interrupted)
		failed = append(failed, bad...)
		for _, addr := range some {
			if b := s.table.At(addr); b != nil {
				s.addSite(b)
			}
		}
		if len(rest) > 0 {
			return false
		}
	}
	if len(failed) > 0 {
		t.notice(tr, fmt.Sprintf("%s: %d breakpoints cannot be planted, the first at %#x", o.Path, len(failed), failed[0]))
	}
	return true
}

// plantFunctions plants the entry points of an object that are chosen (-x), and the
// resolvers of chosen IFUNCs that have no implementation yet. It reports false if it was
// interrupted.
func (t *Tracer) plantFunctions(tr *tracee, o *objects.Object) bool {
	wanted := t.Library.FunctionsOf(o.ForFilter())
	if wanted == nil {
		return true
	}
	e, ok := t.entryPoints(tr, o, wanted)
	if !ok {
		return false
	}
	if !t.addSites(tr, o, e.addrs(tr.space)) {
		return false
	}
	if n := len(e.resolvers); n > 0 && tr.attached {
		t.notice(tr, fmt.Sprintf("%s: functions (IFUNC) that are not traced before the program next asks where they are: %d", o.Path, n))
	}
	return t.eachSite(tr.space, e.functions, func(p *site, f elf.Symbol) { p.function = traced(o, f) }) &&
		t.eachSite(tr.space, e.resolvers, func(p *site, f elf.Symbol) { p.resolver = traced(o, f) })
}

// eachSite calls set for each site of functions. It reports false if it was interrupted.
func (t *Tracer) eachSite(s *space, functions map[uint64]elf.Symbol, set func(*site, elf.Symbol)) bool {
	n := 0
	for addr, f := range functions {
		if n++; n%stepsPerCheck == 0 && t.worker.Interrupted() {
			return false
		}
		if p := s.sites[addr]; p != nil {
			set(p, f)
		}
	}
	return true
}

// traced is a function of an object that is to be traced.
func traced(o *objects.Object, f elf.Symbol) *function {
	return &function{object: o, name: f.Name, version: f.Version, part: objects.IsPart(f.Name), isGo: o.IsGo(f.Name)}
}

// An entries is the wanted functions of an object by run-time address. Aliases at one
// address are one function, with the shortest name.
type entries struct {
	functions map[uint64]elf.Symbol
	resolvers map[uint64]elf.Symbol // of IFUNCs whose implementations are not known
}

// addrs are the addresses that have no site yet, sorted.
func (e *entries) addrs(s *space) (addrs []uint64) {
	for _, found := range []map[uint64]elf.Symbol{e.functions, e.resolvers} {
		for addr := range found {
			if s.sites[addr] == nil {
				addrs = append(addrs, addr)
			}
		}
	}
	slices.Sort(addrs)
	return addrs
}

// maxEntryPoints bounds the functions of one process that are traced at their entry
// points. Each takes about a kilobyte.
const maxEntryPoints = 1 << 18

// functionsOf lists the wanted functions of an object, at most room of them, and counts
// them all. It reports false if it was interrupted.
func (t *Tracer) functionsOf(o *objects.Object, wanted filter.Selector, room int) (all []elf.Symbol, chosen int, ok bool) {
	type functions struct {
		all    []elf.Symbol
		chosen int
	}
	f, ok := objfile.Read(o.File, func() (f functions) {
		f.all = o.File.Functions(func(name string) bool {
			if !wanted(name) {
				return false
			}
			f.chosen++
			return f.chosen <= room
		})
		return f
	})
	return f.all, f.chosen, ok
}

// entryPoints finds the wanted functions of an object. An IFUNC is found at its
// implementation.
func (t *Tracer) entryPoints(tr *tracee, o *objects.Object, wanted filter.Selector) (e entries, ok bool) {
	room := max(0, maxEntryPoints-len(tr.space.sites))
	all, chosen, ok := t.functionsOf(o, wanted, room)
	if !ok {
		return e, false
	}
	if chosen > room {
		t.notice(tr, fmt.Sprintf("%s: only %d of %d chosen functions are traced: choose fewer", o.Path, room, chosen))
	}
	e = entries{map[uint64]elf.Symbol{}, map[uint64]elf.Symbol{}}
	bound, ok := t.boundIndirect(tr, o, all)
	if !ok {
		return e, false
	}
	for i, f := range all {
		if i%stepsPerCheck == 0 && t.worker.Interrupted() {
			return e, false
		}
		addr, into := o.Base+f.Value, e.functions
		if f.IsIndirect() {
			if at := bound[f.Value]; at != 0 {
				addr = at
			} else {
				into = e.resolvers
			}
		}
		if have, ok := into[addr]; !ok || len(f.Name) < len(have.Name) {
			into[addr] = f
		}
	}
	return e, true
}

// exporters are the objects whose functions -l chose.
func (t *Tracer) exporters(s *space) (all []filter.Exports, ok bool) {
	for _, o := range s.objects {
		if o.File == nil || !t.Library.IsExporter(o.ForFilter()) {
			continue
		}
		if _, ok := objfile.Read(o.File, func() bool { return o.File.Exports("") }); !ok {
			return nil, false
		}
		all = append(all, filter.Exports{Object: o.ForFilter(), Defines: o.File.Exports})
	}
	return all, true
}
