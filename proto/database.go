package proto

import (
	"os"
	"path/filepath"
	"strings"

	"plait/arch"
	"plait/proto/decode"
)

// Options say where a Database takes its prototypes from. A path is a file with
// prototypes for all libraries, or a directory whose file SONAME.conf has those of one
// library (ltrace.conf(5)).
type Options struct {
	Arch   *arch.Arch // nil: arch.Native
	Types  *Types     // the embedded files; nil: those of a new Embedded
	Files  []string   // -F: the first that knows a name wins
	User   []string   // after Files; missing ones are no error
	System []string   // only for functions that the embedded files lack; missing ones are no error
}

// Paths returns the paths that are read by default, for plait and ltrace: the user's own
// and the system's. getenv is os.Getenv or a substitute.
func Paths(getenv func(string) string) (user, system []string) {
	home := getenv("HOME")
	config := getenv("XDG_CONFIG_HOME")
	if config == "" && home != "" {
		config = filepath.Join(home, ".config")
	}
	if config != "" {
		user = append(user, filepath.Join(config, "plait"), filepath.Join(config, "ltrace"))
	}
	if home != "" {
		user = append(user, filepath.Join(home, ".plait.conf"),
			filepath.Join(home, ".ltrace"), filepath.Join(home, ".ltrace.conf"))
	}
	dirs := getenv("XDG_CONFIG_DIRS")
	if dirs == "" {
		dirs = "/etc/xdg"
	}
	for _, d := range filepath.SplitList(dirs) {
		system = append(system, filepath.Join(d, "plait"), filepath.Join(d, "ltrace"))
	}
	return user, append(system, "/etc/plait.conf", "/usr/share/ltrace", "/etc/ltrace.conf")
}

// A Database finds the prototypes of library calls: in the user's files, then in the
// embedded ones, then in the system's. It is not safe for concurrent use.
type Database struct {
	types    *Types
	user     []*place
	system   []*place
	errs     []error
	reported map[string]bool // errors that were returned: several files may import one
}

// A place is a path of Options: a file, or a directory of files by SONAME.
type place struct {
	path  string
	dir   bool
	file  *File            // of a file, once it is read
	files map[string]*File // of a directory, by object; nil values: it has none
}

// Open returns a Database, and the errors in o.Files and o.User: paths of o.Files that
// can't be read, and faulty items in any of them. The Database has everything else.
func Open(o Options) (*Database, []error) {
	if o.Arch == nil {
		o.Arch = arch.Native
	}
	if o.Types == nil {
		o.Types = Embedded(o.Arch)
	}
	d := &Database{types: o.Types, reported: map[string]bool{}}
	for _, path := range o.Files {
		if p := d.place(path, true); p != nil {
			d.user = append(d.user, p)
		}
	}
	d.user = append(d.user, d.places(o.User)...)
	d.system = d.places(o.System)
	for _, p := range d.user {
		if !p.dir {
			d.check(d.read(p))
		}
	}
	return d, d.Errors()
}

// Types returns the embedded types and prototypes.
func (d *Database) Types() *Types { return d.types }

// Errors returns the errors in the user's files that were found since it was last called.
// Files of a directory are read when their library is seen.
func (d *Database) Errors() []error {
	var errs []error
	for _, err := range d.errs {
		if !d.reported[err.Error()] {
			d.reported[err.Error()] = true
			errs = append(errs, err)
		}
	}
	d.errs = nil
	return errs
}

func (d *Database) check(f *File) {
	if f != nil {
		d.errs = append(d.errs, f.Check()...)
	}
}

func (d *Database) places(paths []string) []*place {
	var list []*place
	for _, path := range paths {
		if p := d.place(path, false); p != nil {
			list = append(list, p)
		}
	}
	return list
}

// place returns what is at path, or nil if there is nothing.
func (d *Database) place(path string, must bool) *place {
	info, err := os.Stat(path)
	if err != nil {
		if must {
			d.errs = append(d.errs, err)
		}
		return nil
	}
	return &place{path: path, dir: info.IsDir(), files: map[string]*File{}}
}

// maxConf bounds the size of a file of prototypes.
const maxConf = 16 << 20

func readConf(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Size() > maxConf || !info.Mode().IsRegular() {
		return "", &os.PathError{Op: "read", Path: path, Err: os.ErrInvalid}
	}
	text, err := os.ReadFile(path)
	return string(text), err
}

// read reads the file of p, once.
func (d *Database) read(p *place) *File {
	if p.file == nil {
		text, err := readConf(p.path)
		if err != nil {
			d.errs = append(d.errs, err)
		}
		p.file = scanFile(p.path, text, d.types, d.importer(filepath.Dir(p.path)))
	}
	return p.file
}

// importer returns a function that finds the files that a file in dir imports: in dir, or
// where the user's files are.
func (d *Database) importer(dir string) func(string) (string, string, bool) {
	return func(name string) (string, string, bool) {
		if name != filepath.Base(name) {
			return "", "", false
		}
		dirs := []string{dir}
		for _, p := range append(append([]*place(nil), d.user...), d.system...) {
			if p.dir {
				dirs = append(dirs, p.path)
			}
		}
		for _, dir := range dirs {
			path := filepath.Join(dir, name+".conf")
			if text, err := readConf(path); err == nil {
				return path, text, true
			}
		}
		return "", "", false
	}
}

// Lookup returns the prototype of a symbol in the object with that soname ("" if
// unknown), or nil if there is none. It searches the user's files, then plait's files
// about the object, then those about other objects.
func (d *Database) Lookup(object, symbol string) *decode.Prototype {
	if x := d.LookupUser(object, symbol); x != nil {
		return x
	}
	if x := d.types.lookup(object, symbol); x != nil {
		return x
	}
	for _, p := range d.system {
		if x := d.in(p, object, false).lookup(symbol); x != nil {
			return x
		}
	}
	return nil
}

// systemCalls is the name of the file for system calls in a user's directory.
// systemPrefix is the prefix of their names in files that are not about one library.
const (
	systemCalls  = "syscalls"
	systemPrefix = "SYS_"
)

// LookupSystem returns the user's prototype of a system call: NAME in the file
// syscalls.conf of a directory, or SYS_NAME in another file. It returns nil if there is
// none. Package syscalls has plait's own.
func (d *Database) LookupSystem(name string) *decode.Prototype {
	for _, p := range d.user {
		f := d.in(p, systemCalls, true)
		x := f.lookup(systemPrefix + name)
		if x == nil && p.dir {
			x = f.lookup(name)
		}
		if x != nil {
			return x
		}
	}
	return nil
}

func (f *File) lookup(name string) *decode.Prototype {
	if f == nil {
		return nil
	}
	return f.Lookup(name)
}

// in returns the file at p that is about object, or nil if there is none.
func (d *Database) in(p *place, object string, check bool) *File {
	if !p.dir {
		return d.read(p)
	}
	f, known := p.files[object]
	if !known {
		f = d.bySoname(p.path, object)
		p.files[object] = f
		if check {
			d.check(f)
		}
	}
	return f
}

// bySoname reads SONAME.conf in dir, trying libc.so.conf after libc.so.6.conf.
func (d *Database) bySoname(dir, object string) *File {
	object = filepath.Base(object)
	for object != "." && object != "" {
		path := filepath.Join(dir, object+".conf")
		if text, err := readConf(path); err == nil {
			return scanFile(path, text, d.types, d.importer(dir))
		}
		i := strings.LastIndexByte(object, '.')
		if i < 0 || !strings.Contains(object[:i], ".so") {
			return nil
		}
		object = object[:i]
	}
	return nil
}
