package proto

import (
	"path"
	"slices"
	"strings"

	"plait/proto/decode"
	"plait/proto/lens"
	"plait/proto/syntax"
)

// DerivedFile returns an empty file for derived prototypes, such as those from debugging
// information. Add fills it.
func (d *Database) DerivedFile(name string) *File {
	f := scanFile(name, "", d.types, nil)
	f.scope.derived = true
	return f
}

// Add adds items. It ignores definitions of types that the file already has.
func (f *File) Add(text string) { f.add(f.Name, text) }

// LookupAs returns the prototype called key in the file, under the given name.
func (f *File) LookupAs(key, name string) *decode.Prototype {
	p := f.Lookup(key)
	if p != nil {
		p.Name = name
	}
	return p
}

// LookupUser is like Lookup, but searches only the user's files.
func (d *Database) LookupUser(object, symbol string) *decode.Prototype {
	for _, p := range d.user {
		if x := d.in(p, object, true).lookup(symbol); x != nil {
			return x
		}
	}
	return nil
}

// LookupCaller returns the user's prototype of a symbol in a file about the object that
// calls it, PROG.conf in a directory (ltrace.conf(5)), or nil if there is none. It takes
// precedence over all others.
func (d *Database) LookupCaller(caller, symbol string) *decode.Prototype {
	for _, p := range d.user {
		if !p.dir {
			continue
		}
		if x := d.in(p, caller, true).lookup(symbol); x != nil {
			return x
		}
	}
	return nil
}

// IsOwn reports whether a prototype that Lookup returned is meant for a symbol of that
// object: it is the user's, or in plait's files about the object. Otherwise it belongs to
// a function of the same name in another object.
func (d *Database) IsOwn(object string, p *decode.Prototype) bool {
	if from, ok := p.Scope.(*scope); !ok || !from.shipped {
		return true
	}
	folder, library := folderOf(p.File), libraryOf(object)
	return folder == library || isPartOf(folder, library)
}

// isPartOf reports whether the files in folder are also about a library.
func isPartOf(folder, library string) bool {
	return folder == "libc" && slices.Contains(partsOfLibc, library)
}

// folderOf returns the library whose folder a shipped file is in: libm for
// "libm/math.conf" and for "generated/libm/prototypes.conf".
func folderOf(file string) string { return path.Base(path.Dir(file)) }

// partsOfLibc are objects of glibc whose functions are in libc.so.6 in other versions.
var partsOfLibc = []string{"libpthread", "librt", "libdl", "libresolv", "libutil", "libcrypt", "libnsl", "libanl", "libm"}

// Size returns the size in bytes of a type of the embedded files or of the language. It
// returns false if there is none that is used by its name alone.
func (t *Types) Size(name string) (int64, bool) {
	t.begin()
	if it := t.scope.find(name); it != nil && it.Kind != syntax.KindConst {
		n, err := it.compile()
		if err != nil || n == nil {
			return 0, false
		}
		return int64(decode.SizeOf(n)), true
	}
	if g := lens.Find(name); g != nil && g.Lens != nil {
		return int64(g.Size), true
	}
	if n := decode.Integer(name, t.arch); n != nil && strings.HasSuffix(name, "_t") {
		return int64(decode.SizeOf(n)), true
	}
	return 0, false
}
