package objfile

import (
	"io"
	"slices"
	"time"

	"plait/background"
	"plait/debuginfo"
	"plait/elf"
	"plait/proto"
	"plait/proto/decode"
)

// debugPatience is how long, in all, plait waits for debugging information that
// is large or compressed. Functions that are called before it has been read are
// guessed at.
const debugPatience = 2 * time.Second

// maxDescription bounds the text about one file.
const maxDescription = 16 << 20

// A description is what debugging information says of the functions of a file.
type description struct {
	protos *proto.File
	text   string          // of protos
	kept   int             // bytes of text that are in the store
	none   map[string]bool // keys of functions that it does not know
	fresh  int             // keys in none that are not in the store

	source later[source]
	key    string // in the store, once that is known; "": it is not kept
	info   later[*debuginfo.Info]
}

// A source is where the debugging information of a file is.
type source struct {
	debug *elf.DebugFile // nil: there is none
	key   string         // of what the store has made of it, "" if that can't be
	text  string         // what that is
	none  []string
}

// A later is a value that is made in the background.
type later[T any] struct {
	ready chan T // gives it; nil: nobody has asked for it
	known bool
	value T
}

// wait begins to make a value if nobody has, and waits for it as long as all such
// waiting may take. It reports false if the value is not there yet.
func (l *later[T]) wait(fs *Files, begin func() T) (T, bool) {
	if l.known {
		return l.value, true
	}
	if l.ready == nil {
		l.ready = make(chan T, 1)
		go func() { l.ready <- begin() }()
	}
	begun := time.Now()
	if value, ok := background.Wait(fs.work, l.ready, debugPatience-fs.waited); ok {
		l.value, l.known = value, true
	}
	fs.waited += time.Since(begun)
	return l.value, l.known
}

// described is the description of a file.
func (f *File) described() *description {
	if f.description == nil {
		f.description = &description{protos: f.in.prototypes.DerivedFile("debugging information"), none: map[string]bool{}}
	}
	return f.description
}

func (d *description) add(text string) {
	d.text += text
	d.protos.Add(text)
}

// Prototype is that of the function called name at a link-time address of the file, by
// debugging information; nil if there is none.
func (f *File) Prototype(name string, addr uint64) *decode.Prototype {
	if f == nil || !f.Native() {
		return nil
	}
	return f.ask(debuginfo.Key(name, addr), name, func(info *debuginfo.Info) string {
		return info.Function(name, addr)
	})
}

// Declared is the prototype of a function of another file as the code at a link-time
// address of f, which calls it, sees it; nil if that is not known.
func (f *File) Declared(name string, from uint64) *decode.Prototype {
	if f == nil || !f.Native() {
		return nil
	}
	return f.ask(debuginfo.Key(name, 0), name, func(info *debuginfo.Info) string {
		return info.Declared(name, from)
	})
}

// ask returns the prototype that the text has by that key, or that question adds
// to it.
func (f *File) ask(key, name string, question func(*debuginfo.Info) string) *decode.Prototype {
	d := f.described()
	found := f.foundDebug(d)
	if found == nil || d.none[key] {
		return nil
	}
	if p := d.protos.LookupAs(key, name); p != nil {
		return p
	}
	info := f.openDebug(found, d)
	if info == nil || len(d.text) > maxDescription {
		return nil
	}
	text, ok := background.Do(f.in.work, func() string { return question(info) })
	if !ok {
		return nil
	}
	if text == "" {
		d.none[key] = true
		d.fresh++
		return nil
	}
	d.add(text)
	p := d.protos.LookupAs(key, name)
	if p == nil {
		d.none[key] = true
	}
	return p
}

// foundDebug is where the debugging information of a file is, nil if there is none, or
// none yet. What an earlier run has made of it is in the store: that is added.
func (f *File) foundDebug(d *description) *elf.DebugFile {
	first := !d.source.known
	from, _ := d.source.wait(f.in, func() source { return findDebug(f, f.in.descriptions) })
	if first && d.source.known {
		d.key = from.key
		d.add(from.text)
		d.kept = len(d.text)
		for _, key := range from.none {
			d.none[key] = true
		}
	}
	return from.debug
}

// findDebug finds the debugging information of a file. What is made of it is kept
// only if others can't change the file, by all the bytes that it was made of, and
// only if these have to be inflated first: reading what is asked for costs less
// than reading all.
func findDebug(f *File, store debuginfo.Store) source {
	d, err := f.OpenDebug()
	if err != nil {
		return source{}
	}
	found := source{debug: d}
	if f.trusted && d.Compressed() {
		found.key = d.Digest(f.File)
		found.text, found.none = store.Load(found.key)
	}
	return found
}

// isKnown tells which types of the system's headers the embedded files have.
func (fs *Files) isKnown() func(name string, size int64) bool {
	types := fs.prototypes.Types()
	return func(name string, size int64) bool {
		n, ok := types.Size(name)
		return ok && n == size
	}
}

// openDebug reads what is needed to answer questions about a file, in the
// background; nil if there is nothing, or nothing yet.
func (f *File) openDebug(found *elf.DebugFile, d *description) *debuginfo.Info {
	o := debuginfo.Options{Known: f.in.isKnown(), IsLocal: f.isLocal, Written: d.text}
	if found.Alt != nil {
		o.Alt = sectionsOf(found.Alt)
	}
	info, _ := d.info.wait(f.in, func() *debuginfo.Info { return debuginfo.Open(sectionsOf(found), o) })
	return info
}

// isLocal reports whether all symbols of the function at a link-time address are local.
func (f *File) isLocal(addr uint64) bool {
	all := f.FunctionAt(addr)
	return len(all) > 0 && !slices.ContainsFunc(all, func(s elf.Symbol) bool { return !s.IsLocal() })
}

func sectionsOf(d *elf.DebugFile) debuginfo.Sections {
	return func(name string) (io.ReaderAt, int64) { return d.Section(name) }
}

// Keep stores what this run has found out by debugging information, for later ones.
func (fs *Files) Keep() {
	for _, f := range fs.known {
		d := f.description
		if d == nil || d.key == "" || len(d.text) == d.kept && d.fresh == 0 {
			continue
		}
		var none []string
		for key := range d.none {
			none = append(none, key)
		}
		slices.Sort(none)
		fs.descriptions.Save(d.key, d.text, none)
	}
}
