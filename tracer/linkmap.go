package tracer

import (
	"path/filepath"
	"slices"

	"plait/ptrace"
)

// Offsets in struct r_debug and struct link_map (link.h) of a 64-bit process.
// r_next is valid from r_version 2 on (glibc 2.35) and leads to the link maps of
// further namespaces (dlmopen(3)).
const (
	rDebugVersion = 0
	rDebugMap     = 8
	rDebugBrk     = 16
	rDebugState   = 24
	rDebugNext    = 40

	linkAddr = 0
	linkName = 8
	linkLd   = 16
	linkNext = 24
	linkSize = 40

	rtConsistent = 0
)

// Bounds on what a broken or hostile link map may make us do.
const (
	maxObjects    = 1 << 14
	maxNamespaces = 64
	maxPath       = 4096
)

// A linker is what is known of the dynamic loader of a space.
type linker struct {
	main    *object // the program
	debug   uint64  // address of its struct r_debug, 0 if unknown
	watched bool    // the rendezvous has its breakpoint
}

// An object is an ELF file mapped in a space.
type object struct {
	main   bool
	path   string // of its file, as the kernel names it
	link   string // its name in the link map
	base_  string // base name of path
	soname string
	base   uint64 // load address: run-time minus link-time addresses
	ld     uint64 // address of its dynamic section
	lo, hi uint64 // what it is mapped at
	file   *file  // nil if it could not be opened
}

// name is the soname, or the base name where there is none.
func (o *object) name() string {
	if o.soname != "" && !o.main {
		return o.soname
	}
	return o.base_
}

// objectAt finds the object that addr belongs to.
func (s *space) objectAt(addr uint64) *object {
	for _, o := range s.objects {
		if o.lo <= addr && addr < o.hi {
			return o
		}
	}
	return nil
}

// rendezvous handles a change of the link map. While the loader is in the
// middle of it there is nothing to see.
func (t *Tracer) rendezvous(tr *tracee) {
	debug := t.debugAddr(tr)
	if debug == 0 {
		return
	}
	var state [4]byte
	if _, err := (memory{t, tr}).ReadAt(state[:], int64(debug+rDebugState)); err != nil {
		return
	}
	if t.arch.Order.Uint32(state[:]) == rtConsistent {
		t.updateObjects(tr)
	}
}

// debugAddr finds struct r_debug: the program's DT_DEBUG leads to it once the
// loader has filled that in, or the loader exports it.
func (t *Tracer) debugAddr(tr *tracee) uint64 {
	l := &tr.space.linker
	if l.debug == 0 && l.main != nil && l.main.file.Debug != 0 {
		if v, err := t.readWord(tr, l.main.base+l.main.file.Debug); err == nil {
			l.debug = v
		}
	}
	return l.debug
}

// updateObjects compares the link map with what is known: what came is planted,
// what went is forgotten.
func (t *Tracer) updateObjects(tr *tracee) {
	s := tr.space
	s.code = s.code[:0]
	found := t.linkMap(tr)
	if len(found) == 0 && s.linker.main != nil {
		found = []mapped{{base: s.linker.main.base, main: true}}
	}
	kept, came := s.compare(found)
	var forgotten []*site
	s.objects = slices.DeleteFunc(slices.Clone(s.objects), func(o *object) bool {
		if !kept[o] {
			forgotten = append(forgotten, s.forget(o.lo, o.hi)...)
		}
		return !kept[o]
	})
	if len(forgotten) > 0 {
		if maps, err := t.Kernel.Maps(tr.tid); err == nil {
			s.vacate(forgotten, maps)
		}
	}
	if len(came) > 0 {
		t.arrive(tr, came)
	}
}

// A mapped is one entry of the link map.
type mapped struct {
	base, ld uint64
	path     string
	main     bool
}

// compare pairs the link map with the known objects.
func (s *space) compare(found []mapped) (kept map[*object]bool, came []mapped) {
	kept = map[*object]bool{}
	type key struct {
		base, ld uint64
		link     string
		main     bool
	}
	known := map[key]*object{}
	for _, o := range s.objects {
		if o.main {
			known[key{main: true}] = o
		} else {
			known[key{o.base, o.ld, o.link, false}] = o
		}
	}
	for _, m := range found {
		k := key{m.base, m.ld, m.path, false}
		if m.main {
			k = key{main: true}
		}
		if o := known[k]; o != nil {
			kept[o] = true
		} else {
			came = append(came, m)
		}
	}
	return kept, came
}

// linkMap reads the link maps of all namespaces.
func (t *Tracer) linkMap(tr *tracee) []mapped {
	var found []mapped
	debug := t.debugAddr(tr)
	for n := 0; debug != 0 && n < maxNamespaces; n++ {
		var head [48]byte
		if _, err := (memory{t, tr}).ReadAt(head[:], int64(debug)); err != nil {
			break
		}
		found = t.linkChain(tr, t.arch.Order.Uint64(head[rDebugMap:]), n == 0, found)
		if t.arch.Order.Uint32(head[rDebugVersion:]) < 2 {
			break
		}
		debug = t.arch.Order.Uint64(head[rDebugNext:])
	}
	return found
}

// linkChain follows one chain of struct link_map; the first of the first chain
// is the program.
func (t *Tracer) linkChain(tr *tracee, addr uint64, first bool, found []mapped) []mapped {
	for addr != 0 && len(found) < maxObjects {
		var b [linkSize]byte
		if _, err := (memory{t, tr}).ReadAt(b[:], int64(addr)); err != nil {
			return found
		}
		word := func(off int) uint64 { return t.arch.Order.Uint64(b[off:]) }
		found = append(found, mapped{
			base: word(linkAddr), ld: word(linkLd), main: first, path: t.readString(tr, word(linkName)),
		})
		first = false
		addr = word(linkNext)
	}
	return found
}

// readString reads a file name.
func (t *Tracer) readString(tr *tracee, addr uint64) string {
	b := make([]byte, 0, 256)
	for len(b) < maxPath {
		n := 256 - int(addr%256)
		chunk := b[len(b) : len(b)+min(n, cap(b)-len(b))]
		if len(chunk) == 0 {
			b = append(b, make([]byte, 256)...)[:len(b)]
			continue
		}
		got, _ := memory{t, tr}.ReadAt(chunk, int64(addr))
		for i, c := range chunk[:got] {
			if c == 0 {
				return string(b[:len(b)+i])
			}
		}
		b = b[:len(b)+got]
		if got < len(chunk) {
			break
		}
		addr += uint64(got)
	}
	return string(b)
}

// arrive makes objects of new entries of the link map and plants what is to be
// traced of them.
func (t *Tracer) arrive(tr *tracee, came []mapped) {
	s := tr.space
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		return
	}
	var arrived []*object
	for _, m := range came {
		if o := t.openObject(tr, m, maps); o != nil {
			s.objects = append(s.objects, o)
			arrived = append(arrived, o)
		}
	}
	for _, o := range t.affected(s, arrived) {
		t.plant(tr, o)
	}
}

// affected are the objects whose slots are to be looked at now that others
// arrived: all, if the user chose by what an arrived library defines.
func (t *Tracer) affected(s *space, arrived []*object) []*object {
	for _, o := range arrived {
		if t.Library.Exporter(o.named()) {
			return s.objects
		}
	}
	return arrived
}

// openObject finds the file of a link map entry. The vDSO has none.
func (t *Tracer) openObject(tr *tracee, m mapped, maps []ptrace.Mapping) *object {
	o := &object{main: m.main, path: m.path, link: m.path, base: m.base, ld: m.ld}
	if m.main && tr.space.linker.main != nil {
		known := tr.space.linker.main
		o.path, o.file, o.base_ = known.path, known.file, known.base_
		m.ld = m.base + o.file.DynamicAddr
		if !o.file.Dynamic {
			m.ld = m.base + o.file.Entry
		}
	}
	at := mappingAt(maps, m.ld)
	if at < 0 || maps[at].Path == "[vdso]" {
		return nil
	}
	o.lo, o.hi = extent(maps, at)
	if o.file == nil {
		o.path = maps[at].Path
		o.base_ = filepath.Base(m.path)
		if f, err := t.open(t.Kernel.OpenMapped(tr.tid, maps[at])); err == nil {
			o.file, o.soname = f, f.Soname
			f.lies(o.path)
		}
	}
	return o
}

// mappingAt is the index of the mapping that addr is in, or -1.
func mappingAt(maps []ptrace.Mapping, addr uint64) int {
	for i, m := range maps {
		if m.Start <= addr && addr < m.End {
			return i
		}
	}
	return -1
}

// extent is what the file of maps[at] is mapped at, together with the anonymous
// pages (.bss) between and directly behind its pieces.
func extent(maps []ptrace.Mapping, at int) (lo, hi uint64) {
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

// codeAt is the executable mapping that addr is in, where a breakpoint may go.
func (t *Tracer) codeAt(s *space, addr uint64) (m ptrace.Mapping, ok bool) {
	if at := mappingAt(s.code, addr); at >= 0 {
		return s.code[at], true
	}
	maps, err := t.Kernel.Maps(s.tid)
	if err != nil {
		return m, false
	}
	s.code = s.code[:0]
	for _, m := range maps {
		if m.Exec {
			s.code = append(s.code, m)
		}
	}
	at := mappingAt(s.code, addr)
	if at < 0 {
		return m, false
	}
	return s.code[at], true
}
