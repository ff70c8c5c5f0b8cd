package tracer

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"plait/objfile"
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
	main    *object         // the program; nil: the loader was run itself, and has not mapped one yet
	debug   uint64          // address of its struct r_debug, 0 if unknown
	pointer uint64          // address of musl's pointer to that, valid once it has relocated itself; 0 if there is none
	watched bool            // the rendezvous has its breakpoint
	refused map[mapped]bool // entries of its link map that stand for no object
}

// An object is an ELF file mapped in a space.
type object struct {
	main   bool
	path   string // of its file, as the kernel names it
	link   string // its name in the link map
	base_  string // base name of path
	soname string
	base   uint64        // load address: run-time minus link-time addresses
	ld     uint64        // address of its dynamic section
	lo, hi uint64        // what it is mapped at
	file   *objfile.File // nil if it could not be opened
}

// name is the soname, or the base name where there is none.
func (o *object) name() string {
	if o.soname != "" && !o.main {
		return o.soname
	}
	return o.base_
}

// elf is the file of an object, nil if none is known.
func (o *object) elf() *objfile.File {
	if o == nil {
		return nil
	}
	return o.file
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
		t.missing(tr, "the list of its libraries cannot be read", err)
		return
	}
	if t.arch.Order.Uint32(state[:]) == rtConsistent {
		t.updateObjects(tr)
	}
}

// debugAddr finds struct r_debug: the program's DT_DEBUG leads to it once the
// loader has filled that in, or the loader exports it, or a pointer to it.
func (t *Tracer) debugAddr(tr *tracee) uint64 {
	l := &tr.space.linker
	if l.debug == 0 && l.main != nil && l.main.file.Debug != 0 {
		if v, err := t.readWord(tr, l.main.base+l.main.file.Debug); err == nil {
			l.debug = v
		}
	}
	if l.debug == 0 && l.pointer != 0 {
		v, _ := t.readWord(tr, l.pointer)
		return v
	}
	return l.debug
}

// updateObjects compares the link map with what is known: what came is planted,
// what went is forgotten.
func (t *Tracer) updateObjects(tr *tracee) {
	s := tr.space
	s.code = s.code[:0]
	found := t.linkMap(tr)
	if t.work.Urged() {
		return // it is not whole
	}
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

// compare pairs the link map with the known objects. What was refused before and is
// still there has not come.
func (s *space) compare(found []mapped) (kept map[*object]bool, came []mapped) {
	kept = map[*object]bool{}
	refused := map[mapped]bool{}
	known := map[mapped]*object{}
	for _, o := range s.objects {
		known[mapped{o.base, o.ld, o.link, false}] = o
		if o.main {
			known[mapped{main: true}] = o
		}
	}
	for _, m := range found {
		k := m
		if m.main {
			k = mapped{main: true}
		}
		if o := known[k]; o != nil {
			kept[o] = true
		} else if s.linker.refused[m] {
			refused[m] = true
		} else {
			came = append(came, m)
		}
	}
	s.linker.refused = refused
	return kept, came
}

// A chainReader follows the chains of a link map, each entry of which is to come
// once: those of further namespaces repeat the dynamic loader, and those of a hostile
// program may be rings.
type chainReader struct {
	t     *Tracer
	tr    *tracee
	seen  map[uint64]bool    // addresses of struct link_map
	have  map[[2]uint64]bool // base and ld of what was found
	found []mapped
}

// linkMap reads the link maps of all namespaces.
func (t *Tracer) linkMap(tr *tracee) []mapped {
	r := chainReader{t: t, tr: tr, seen: map[uint64]bool{}, have: map[[2]uint64]bool{}}
	debug := t.debugAddr(tr)
	for n := 0; debug != 0 && n < maxNamespaces; n++ {
		var head [48]byte
		if _, err := (memory{t, tr}).ReadAt(head[:], int64(debug)); err != nil {
			break
		}
		r.follow(t.arch.Order.Uint64(head[rDebugMap:]), n == 0)
		if t.arch.Order.Uint32(head[rDebugVersion:]) < 2 {
			break
		}
		debug = t.arch.Order.Uint64(head[rDebugNext:])
	}
	return r.found
}

// follow reads one chain of struct link_map; the first of the first chain is the
// program.
func (r *chainReader) follow(addr uint64, first bool) {
	for addr != 0 && !r.seen[addr] && len(r.seen) < maxObjects && !r.t.work.Urged() {
		r.seen[addr] = true
		var b [linkSize]byte
		if _, err := (memory{r.t, r.tr}).ReadAt(b[:], int64(addr)); err != nil {
			return
		}
		word := func(off int) uint64 { return r.t.arch.Order.Uint64(b[off:]) }
		if place := [2]uint64{word(linkAddr), word(linkLd)}; !r.have[place] {
			r.have[place] = true
			r.found = append(r.found, mapped{
				base: place[0], ld: place[1], main: first, path: r.t.readString(r.tr, word(linkName)),
			})
		}
		first = false
		addr = word(linkNext)
	}
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
		t.missing(tr, "calls of libraries that were loaded are not seen", err)
		return
	}
	var arrived []*object
	lying := 0
	for _, m := range came {
		if t.work.Urged() {
			break
		}
		o, lies := t.openObject(tr, m, maps)
		if t.work.Urged() {
			break // it may have been in vain
		}
		if o == nil {
			s.linker.refused[m] = true
			if lies {
				lying++
			}
			continue
		}
		s.objects = append(s.objects, o)
		arrived = append(arrived, o)
	}
	if lying > 0 {
		t.notice(tr, fmt.Sprintf("%s: its link map has %d objects that are not mapped where it says: they are left alone", t.Kernel.Exe(tr.tid), lying))
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

// openObject finds the file of a link map entry. It is nil for the vDSO, which has
// none, and for an entry that lies: there is no such object where it says.
func (t *Tracer) openObject(tr *tracee, m mapped, maps []ptrace.Mapping) (o *object, lies bool) {
	o = &object{main: m.main, path: m.path, link: m.path, base: m.base, ld: m.ld}
	ld, known := m.ld, tr.space.linker.main
	if m.main && known != nil {
		o.path, o.file, o.base_, o.base = known.path, known.file, known.base_, known.base
		ld = o.base + o.file.DynamicAddr
		if !o.file.Dynamic {
			ld = o.base + o.file.Entry
		}
	}
	at := mappingAt(maps, ld)
	if at < 0 {
		return nil, true
	}
	if maps[at].Path == "[vdso]" {
		return nil, false
	}
	o.lo, o.hi = extent(maps, at)
	if o.file != nil {
		return o, false
	}
	if o.path = maps[at].Path; !strings.HasPrefix(o.path, "/") {
		return nil, true
	}
	o.base_ = filepath.Base(cmp.Or(m.path, o.path))
	f, err := t.files.Open(t.Kernel.OpenMapped(tr.tid, maps[at]))
	if err != nil {
		t.missing(tr, "nothing is known of "+o.path, err)
		return o, false
	}
	if !isMapped(f, o, maps) {
		return nil, true
	}
	o.file, o.soname = f, f.Soname
	f.Rename(o.path)
	if o.main {
		t.begins(tr, o)
	}
	return o, false
}

// isMapped tells whether what a file has as its dynamic section and as its code is
// where an entry of the link map says. Code may have been moved to memory that is no
// file's (huge pages).
func isMapped(f *objfile.File, o *object, maps []ptrace.Mapping) bool {
	if f.DynamicAddr+o.base != o.ld {
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
		at := mappingAt(maps, o.base+where)
		if at < 0 || s.Executable() && !maps[at].Exec {
			return false
		}
		off := o.base + where - maps[at].Start + maps[at].Offset
		if strings.HasPrefix(maps[at].Path, "/") && off != where-s.Vaddr+s.Off {
			return false
		}
	}
	return true
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

// codeAt is the executable mapping that addr is in, where a breakpoint may go; it
// reports false if there is none.
func (t *Tracer) codeAt(s *space, addr uint64) (m ptrace.Mapping, ok bool, err error) {
	if at := mappingAt(s.code, addr); at >= 0 {
		return s.code[at], true, nil
	}
	maps, err := t.Kernel.Maps(s.tid)
	if err != nil {
		return m, false, err
	}
	s.code = s.code[:0]
	for _, m := range maps {
		if m.Exec {
			s.code = append(s.code, m)
		}
	}
	at := mappingAt(s.code, addr)
	if at < 0 {
		return m, false, nil
	}
	return s.code[at], true, nil
}
