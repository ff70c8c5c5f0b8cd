package tracer

import (
	"cmp"
	"fmt"
	"path/filepath"
	"plait/event"
	"slices"
	"strings"

	"plait/linkmap"
	"plait/objects"
	"plait/ptrace"
)

// A linker is what is known about the dynamic loader of a space.
type linker struct {
	main    *objects.Object        // the program; nil: the loader was run as a command and has not mapped it yet
	debug   uint64                 // address of its struct r_debug, 0 if unknown
	pointer uint64                 // address of musl's pointer to that, valid once musl has relocated itself; 0: none
	watched bool                   // the rendezvous breakpoint is planted
	unread  bool                   // plait was interrupted in reading the link map
	ignored map[linkmap.Entry]bool // link map entries without an object
}

// rendezvous handles a change of the link map. While the loader is still changing it,
// there is nothing to see.
func (t *Tracer) rendezvous(tr *tracee) {
	debug := t.debugAddr(tr)
	if debug == 0 {
		return
	}
	whole, err := t.linkMap(tr).Consistent(debug)
	if err != nil {
		t.noticeMissing(tr, "the list of its libraries cannot be read", err)
		return
	}
	if whole {
		t.updateObjects(tr)
	}
}

// debugAddr finds struct r_debug. The program's DT_DEBUG holds its address once the
// loader has set that, or the loader exports it or a pointer to it.
func (t *Tracer) debugAddr(tr *tracee) uint64 {
	l := &tr.space.linker
	if l.debug == 0 && l.main != nil && l.main.File.Debug != 0 {
		if v, err := t.readWord(tr, l.main.Base+l.main.File.Debug); err == nil {
			l.debug = v
		}
	}
	if l.debug == 0 && l.pointer != 0 {
		v, _ := t.readWord(tr, l.pointer)
		return v
	}
	return l.debug
}

// linkMap is the dynamic loader's list of objects in a tracee's space.
func (t *Tracer) linkMap(tr *tracee) linkmap.Memory {
	return linkmap.Memory{ReaderAt: memory{t.Kernel, tr}, Order: t.arch.Order, Interrupted: t.worker.Interrupted}
}

// updateObjects compares the link map with the known objects, plants what is new and
// forgets what has gone.
func (t *Tracer) updateObjects(tr *tracee) {
	s := tr.space
	s.code.Forget()
	s.callers = nil
	found := t.linkMap(tr).Entries(t.debugAddr(tr))
	if t.worker.Interrupted() {
		t.noteUnread(tr)
		return // the list is incomplete
	}
	if len(found) == 0 && s.linker.main != nil {
		found = []linkmap.Entry{{Base: s.linker.main.Base, Main: true}}
	}
	kept, came := s.compare(found)
	var forgotten []*site
	s.objects = slices.DeleteFunc(slices.Clone(s.objects), func(o *objects.Object) bool {
		if !kept[o] {
			forgotten = append(forgotten, s.forget(o.Lo, o.Hi)...)
		}
		return !kept[o]
	})
	if len(forgotten) > 0 {
		if maps, err := t.Kernel.Maps(tr.tid); err == nil {
			s.vacate(forgotten, maps)
		}
	}
	if len(came) > 0 {
		t.addObjects(tr, came)
	}
}

// noteUnread notes that plait was interrupted before it had found all objects.
func (t *Tracer) noteUnread(tr *tracee) {
	tr.space.linker.unread, t.cutShort = true, true
	if tr.shown && !tr.attached {
		t.notice(tr, t.Kernel.Exe(tr.tid)+": interrupted before all of its libraries were found")
	}
}

// compare pairs the link map with the known objects. Entries that were ignored before
// and are still there are not new.
func (s *space) compare(found []linkmap.Entry) (kept map[*objects.Object]bool, came []linkmap.Entry) {
	kept = map[*objects.Object]bool{}
	refused := map[linkmap.Entry]bool{}
	known := map[linkmap.Entry]*objects.Object{}
	for _, o := range s.objects {
		known[linkmap.Entry{Base: o.Base, Dynamic: o.Dynamic, Path: o.Link}] = o
		if o.Main {
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
		} else if s.linker.ignored[m] {
			refused[m] = true
		} else {
			came = append(came, m)
		}
	}
	s.linker.ignored = refused
	return kept, came
}

// addObjects makes objects of new entries of the link map and plants what is to be
// traced in them.
func (t *Tracer) addObjects(tr *tracee, came []linkmap.Entry) {
	s := tr.space
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		t.noticeMissing(tr, "calls of newly loaded libraries are not traced", err)
		return
	}
	var arrived []*objects.Object
	bogusCount := 0
	for _, m := range came {
		if t.worker.Interrupted() {
			t.noteUnread(tr)
			break
		}
		o, bogus := t.openObject(tr, m, maps)
		if t.worker.Interrupted() {
			t.noteUnread(tr)
			break // the result may be incomplete
		}
		if o == nil {
			s.linker.ignored[m] = true
			if bogus {
				bogusCount++
			}
			continue
		}
		s.objects = append(s.objects, o)
		arrived = append(arrived, o)
		t.reportLoad(tr, o)
	}
	if bogusCount > 0 {
		t.notice(tr, fmt.Sprintf("%s: its link map has %d objects that are not mapped where it says: they are ignored", t.Kernel.Exe(tr.tid), bogusCount))
	}
	for _, o := range t.affected(s, arrived) {
		t.plant(tr, o)
	}
}

// reportLoad reports an object that was read, if that was asked for.
func (t *Tracer) reportLoad(tr *tracee, o *objects.Object) {
	if !t.Loads {
		return
	}
	e := &event.Load{Head: t.head(tr, tr.depth(), 0), Path: o.Path, Soname: o.Soname, Base: o.Base, Lo: o.Lo, Hi: o.Hi, Main: o.Main}
	if o.File != nil {
		e.BuildID = o.File.BuildID
	}
	t.emit(e)
}

// affected are the objects whose slots have to be looked at now that others were loaded.
// These are all objects if the user chose calls by what a new library defines.
func (t *Tracer) affected(s *space, arrived []*objects.Object) []*objects.Object {
	for _, o := range arrived {
		if t.Library.IsExporter(o.ForFilter()) {
			return s.objects
		}
	}
	return arrived
}

// openObject opens the file of a link map entry. It returns nil for the vDSO, which has
// no file, and for an entry that is bogus: there is no such object where it says.
func (t *Tracer) openObject(tr *tracee, m linkmap.Entry, maps []ptrace.Mapping) (o *objects.Object, bogus bool) {
	o = &objects.Object{Main: m.Main, Path: m.Path, Link: m.Path, Base: m.Base, Dynamic: m.Dynamic}
	ld, known := m.Dynamic, tr.space.linker.main
	if m.Main && known != nil {
		o.Path, o.File, o.FileName, o.Base = known.Path, known.File, known.FileName, known.Base
		ld = o.Base + o.File.DynamicAddr
		if !o.File.Dynamic {
			ld = o.Base + o.File.Entry
		}
	}
	at := objects.MappingAt(maps, ld)
	if at < 0 {
		return nil, true
	}
	if maps[at].Path == "[vdso]" {
		return nil, false
	}
	o.Lo, o.Hi = objects.Extent(maps, at)
	if o.File != nil {
		return o, false
	}
	if o.Path = maps[at].Path; !strings.HasPrefix(o.Path, "/") {
		return nil, true
	}
	o.FileName = filepath.Base(cmp.Or(m.Path, o.Path))
	f, err := t.files.Open(t.Kernel.OpenMapped(tr.tid, maps[at]))
	if err != nil {
		t.noticeMissing(tr, "nothing is known of "+o.Path, err)
		return o, false
	}
	if !o.IsMapped(f, maps) {
		return nil, true
	}
	o.File, o.Soname = f, f.Soname
	f.Rename(o.Path)
	if o.Main {
		t.setMain(tr, o)
	}
	return o, false
}

// codeAt is the executable mapping that contains addr, where a breakpoint may go. It
// reports false if there is none.
func (s *space) codeAt(proc Proc, addr uint64) (m ptrace.Mapping, ok bool, err error) {
	return s.code.Find(addr, func() ([]ptrace.Mapping, error) { return proc.Maps(s.tid) })
}
