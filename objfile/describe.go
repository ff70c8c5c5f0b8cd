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

// debugTimeout is how long, in all, plait waits for debugging information that is large
// or compressed. Until it has been read, plait guesses the arguments of functions.
const debugTimeout = 2 * time.Second

// maxDescription bounds the text of one file's description, in bytes.
const maxDescription = 16 << 20

// A description is what the debugging information of a file says about its functions, as
// prototypes in proto's language.
type description struct {
	protos  *proto.File
	text    string          // the source of protos
	stored  int             // bytes of text that are in the store already
	unknown map[string]bool // keys of functions that the debugging information lacks
	unsaved int             // keys in unknown that are not in the store yet

	source future[source]
	key    string // in the store, once source is known; "": do not store it
	info   future[*debuginfo.Info]
}

// A source is the debugging information of a file, with what the store has of it.
type source struct {
	debug   *elf.DebugFile // nil: there is none
	key     string         // in the store; "": do not store it
	text    string         // of the description that an earlier run stored
	unknown []string
}

// A future is a value that is computed in the background.
type future[T any] struct {
	ready chan T // receives it; nil: not begun
	known bool
	value T
}

// wait starts to compute the value, unless that has begun, and waits for it. All waits
// for files of fs together last at most debugTimeout. It returns false if there is no
// value yet.
func (f *future[T]) wait(fs *Files, begin func() T) (T, bool) {
	if f.known {
		return f.value, true
	}
	if f.ready == nil {
		f.ready = make(chan T, 1)
		go func() { f.ready <- begin() }()
	}
	begun := time.Now()
	if value, ok := background.Wait(fs.work, f.ready, debugTimeout-fs.waited); ok {
		f.value, f.known = value, true
	}
	fs.waited += time.Since(begun)
	return f.value, f.known
}

// describe returns the description of a file, which is empty at first.
func (f *File) describe() *description {
	if f.description == nil {
		f.description = &description{protos: f.files.prototypes.DerivedFile("debugging information"), unknown: map[string]bool{}}
	}
	return f.description
}

func (d *description) add(text string) {
	d.text += text
	d.protos.Add(text)
}

// Prototype returns the prototype of the function called name at a link-time address of
// the file, by debugging information, or nil if there is none (or none yet).
func (f *File) Prototype(name string, addr uint64) *decode.Prototype {
	if f == nil || !f.Native() {
		return nil
	}
	return f.ask(debuginfo.Key(name, addr), name, func(info *debuginfo.Info) string {
		return info.Function(name, addr)
	})
}

// Declared returns the prototype by which code of f at the link-time address from calls a
// function of another file: how the debugging information of f declares it. It returns nil
// if that is not known (yet).
func (f *File) Declared(name string, from uint64) *decode.Prototype {
	if f == nil || !f.Native() {
		return nil
	}
	return f.ask(debuginfo.Key(name, 0), name, func(info *debuginfo.Info) string {
		return info.Declared(name, from)
	})
}

// ask returns the prototype with that key in the description. If there is none yet, it
// puts question to the debugging information first and adds the answer.
func (f *File) ask(key, name string, question func(*debuginfo.Info) string) *decode.Prototype {
	d := f.describe()
	found := f.debugFile(d)
	if found == nil || d.unknown[key] {
		return nil
	}
	if p := d.protos.LookupAs(key, name); p != nil {
		return p
	}
	info := f.debugInfo(found, d)
	if info == nil || len(d.text) > maxDescription {
		return nil
	}
	text, ok := background.Do(f.files.work, func() string { return question(info) })
	if !ok {
		return nil
	}
	if text == "" {
		d.unknown[key] = true
		d.unsaved++
		return nil
	}
	d.add(text)
	p := d.protos.LookupAs(key, name)
	if p == nil {
		d.unknown[key] = true
	}
	return p
}

// debugFile returns the file with the debugging information of f, or nil if there is none
// (or none yet). The first time, it adds what an earlier run has stored.
func (f *File) debugFile(d *description) *elf.DebugFile {
	first := !d.source.known
	from, _ := d.source.wait(f.files, func() source { return findDebug(f, f.files.descriptions) })
	if first && d.source.known {
		d.key = from.key
		d.add(from.text)
		d.stored = len(d.text)
		for _, key := range from.unknown {
			d.unknown[key] = true
		}
	}
	return from.debug
}

// findDebug finds the debugging information of a file. Its description is stored only if
// nobody else can change the file, under a key made from all bytes that it depends on. It
// is stored only if those bytes must be decompressed first. Otherwise answering single
// questions costs less than reading all the bytes for the key.
func findDebug(f *File, store debuginfo.Store) source {
	d, err := f.OpenDebug()
	if err != nil {
		return source{}
	}
	found := source{debug: d}
	if f.trusted && d.Compressed() {
		found.key = d.Digest(f.File)
		found.text, found.unknown = store.Load(found.key)
	}
	return found
}

// knownTypes returns a function that reports whether the embedded prototypes have a type
// of that name and size.
func (fs *Files) knownTypes() func(name string, size int64) bool {
	types := fs.prototypes.Types()
	return func(name string, size int64) bool {
		n, ok := types.Size(name)
		return ok && n == size
	}
}

// debugInfo returns the opened debugging information of a file. It is opened in the
// background; nil if there is none, or none yet.
func (f *File) debugInfo(found *elf.DebugFile, d *description) *debuginfo.Info {
	o := debuginfo.Options{Known: f.files.knownTypes(), IsLocal: f.IsLocal, Reads: f.reads, Written: d.text}
	if found.Alt != nil {
		o.Alt = sectionsOf(found.Alt)
	}
	info, _ := d.info.wait(f.files, func() *debuginfo.Info { return debuginfo.Open(sectionsOf(found), o) })
	return info
}

// IsLocal reports whether the function at a link-time address has symbols, which are all
// local: other objects do not know it by its name.
func (f *File) IsLocal(addr uint64) bool {
	if f == nil {
		return false
	}
	all := f.FunctionAt(addr)
	return len(all) > 0 && !slices.ContainsFunc(all, func(s elf.Symbol) bool { return !s.IsLocal() })
}

func sectionsOf(d *elf.DebugFile) debuginfo.Sections {
	return func(name string) (io.ReaderAt, int64) { return d.Section(name) }
}

// Save stores the descriptions that this run has added to, for later runs.
func (fs *Files) Save() {
	for _, f := range fs.known {
		d := f.description
		if d == nil || d.key == "" || len(d.text) == d.stored && d.unsaved == 0 {
			continue
		}
		var none []string
		for key := range d.unknown {
			none = append(none, key)
		}
		slices.Sort(none)
		fs.descriptions.Save(d.key, d.text, none)
	}
}
