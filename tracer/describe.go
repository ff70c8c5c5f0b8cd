package tracer

import (
	"io"
	"slices"
	"time"

	"plait/debuginfo"
	"plait/elf"
	"plait/proto"
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

	opening bool
	ready   chan *debuginfo.Info // gives one, nil if there is none
	opened  bool
	info    *debuginfo.Info
}

// described is the description of a file. What an earlier run found is in the
// store, so that debugging information is only looked for when more is asked.
func (t *Tracer) described(f *file) *description {
	if f.description == nil {
		d := &description{protos: t.Prototypes.Described("debugging information"), none: map[string]bool{}}
		text, none := t.Descriptions.Load(f.BuildID)
		d.add(text)
		d.kept = len(d.text)
		for _, key := range none {
			d.none[key] = true
		}
		f.description = d
	}
	return f.description
}

func (d *description) add(text string) {
	d.text += text
	d.protos.Add(text)
}

// debugPrototype is the prototype of the function called name at a link-time address of
// an object, by debugging information; nil if there is none.
func (t *Tracer) debugPrototype(o *object, name string, addr uint64) *proto.Prototype {
	if o == nil || o.file == nil || !o.file.Native() {
		return nil
	}
	return t.ask(o.file, debuginfo.Key(name, addr), name, func(info *debuginfo.Info) string {
		return info.Function(name, addr)
	})
}

// declared is the prototype of a function of another object as the code at a
// link-time address of o, which calls it, sees it.
func (t *Tracer) declared(o *object, name string, from uint64) *proto.Prototype {
	if o == nil || o.file == nil || !o.file.Native() {
		return nil
	}
	return t.ask(o.file, debuginfo.Key(name, 0), name, func(info *debuginfo.Info) string {
		return info.Declared(name, from)
	})
}

// ask returns the prototype that the text has by that key, or that question adds
// to it.
func (t *Tracer) ask(f *file, key, name string, question func(*debuginfo.Info) string) *proto.Prototype {
	d := t.described(f)
	if d.none[key] {
		return nil
	}
	if p := d.protos.LookupAs(key, name); p != nil {
		return p
	}
	info := t.debugInfo(f, d)
	if info == nil || len(d.text) > maxDescription {
		return nil
	}
	text := question(info)
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

// debugInfo opens the debugging information of a file, in the background; nil if
// there is none, or none yet.
func (t *Tracer) debugInfo(f *file, d *description) *debuginfo.Info {
	if d.opened {
		return d.info
	}
	if !d.opening {
		d.opening = true
		d.ready = make(chan *debuginfo.Info, 1)
		o := debuginfo.Options{Known: t.isKnown(), Written: d.text}
		go func() { d.ready <- openDebug(f.File, o) }()
	}
	begun := time.Now()
	select {
	case d.info = <-d.ready:
		d.opened = true
	case <-time.After(max(0, debugPatience-t.waited)):
	}
	t.waited += time.Since(begun)
	return d.info
}

// isKnown tells which types of the system's headers the embedded files have.
func (t *Tracer) isKnown() func(name string, size int64) bool {
	types := t.Prototypes.Types()
	return func(name string, size int64) bool {
		n, ok := types.Size(name)
		return ok && n == size
	}
}

// openDebug reads what is needed to answer questions about a file; nil if there is
// nothing.
func openDebug(f *elf.File, o debuginfo.Options) *debuginfo.Info {
	d, err := f.OpenDebug()
	if err != nil {
		return nil
	}
	if alt := d.Alt; alt != nil {
		o.Alt = sectionsOf(alt)
	}
	return debuginfo.Open(sectionsOf(d), o)
}

func sectionsOf(d *elf.DebugFile) debuginfo.Sections {
	return func(name string) (io.ReaderAt, int64) { return d.Section(name) }
}

// keepDescriptions stores what this run has found.
func (t *Tracer) keepDescriptions() {
	for _, f := range t.files {
		d := f.description
		if d == nil || len(d.text) == d.kept && d.fresh == 0 {
			continue
		}
		var none []string
		for key := range d.none {
			none = append(none, key)
		}
		slices.Sort(none)
		t.Descriptions.Save(f.BuildID, d.text, none)
	}
}
