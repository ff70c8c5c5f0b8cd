package tracer

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"plait/linkmap"
	"plait/objfile"
	"plait/ptrace"
)

// A linker is what is known of the dynamic loader of a space.
type linker struct {
	main    *object                // the program; nil: the loader was run itself, and has not mapped one yet
	debug   uint64                 // address of its struct r_debug, 0 if unknown
	pointer uint64                 // address of musl's pointer to that, valid once it has relocated itself; 0 if there is none
	watched bool                   // the rendezvous has its breakpoint
	refused map[linkmap.Entry]bool // entries of its link map that stand for no object
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
	whole, err := t.linkMap(tr).Whole(debug)
	if err != nil {
		t.missing(tr, "the list of its libraries cannot be read", err)
		return
	}
	if whole {
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

// linkMap is where the dynamic loader of a tracee's space keeps its list.
func (t *Tracer) linkMap(tr *tracee) linkmap.Memory {
	return linkmap.Memory{ReaderAt: memory{t, tr}, Order: t.arch.Order, Stop: t.work.Urged}
}

// updateObjects compares the link map with what is known: what came is planted,
// what went is forgotten.
func (t *Tracer) updateObjects(tr *tracee) {
	s := tr.space
	s.code = s.code[:0]
	found := t.linkMap(tr).Entries(t.debugAddr(tr))
	if t.work.Urged() {
		return // it is not whole
	}
	if len(found) == 0 && s.linker.main != nil {
		found = []linkmap.Entry{{Base: s.linker.main.base, Main: true}}
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

// compare pairs the link map with the known objects. What was refused before and is
// still there has not come.
func (s *space) compare(found []linkmap.Entry) (kept map[*object]bool, came []linkmap.Entry) {
	kept = map[*object]bool{}
	refused := map[linkmap.Entry]bool{}
	known := map[linkmap.Entry]*object{}
	for _, o := range s.objects {
		known[linkmap.Entry{Base: o.base, Dynamic: o.ld, Path: o.link}] = o
		if o.main {
			known[linkmap.Entry{Main: true}] = o
		}
	}
	for _, m := range found {
		k := m
		if m.Main {
			k = linkmap.Entry{Main: true}
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

// arrive makes objects of new entries of the link map and plants what is to be
// traced of them.
func (t *Tracer) arrive(tr *tracee, came []linkmap.Entry) {
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
func (t *Tracer) openObject(tr *tracee, m linkmap.Entry, maps []ptrace.Mapping) (o *object, lies bool) {
	o = &object{main: m.Main, path: m.Path, link: m.Path, base: m.Base, ld: m.Dynamic}
	ld, known := m.Dynamic, tr.space.linker.main
	if m.Main && known != nil {
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
	o.base_ = filepath.Base(cmp.Or(m.Path, o.path))
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
