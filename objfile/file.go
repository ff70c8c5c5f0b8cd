package objfile

import (
	"errors"
	"os"
	"slices"
	"sync"
	"time"

	"plait/background"
	"plait/debuginfo"
	"plait/elf"
	"plait/plt"
	"plait/proto"
	"plait/ptrace"
)

// Files are ELF files, each read once. They are used from one goroutine.
type Files struct {
	work         *background.Worker
	prototypes   *proto.Database
	descriptions debuginfo.Store
	reader       *elf.Reader // of what the files lead to
	known        map[ptrace.Identity]*File
	waited       time.Duration // for debugging information
}

// New returns Files of which none is open yet. What takes long is done by work; open
// opens the files that others lead to; descriptions keeps what debugging information
// told earlier runs.
func New(work *background.Worker, open elf.Opener, prototypes *proto.Database, descriptions debuginfo.Store) *Files {
	return &Files{
		work: work, reader: &elf.Reader{Open: open}, prototypes: prototypes, descriptions: descriptions,
		known: map[ptrace.Identity]*File{},
	}
}

// A File is an ELF file read once, however many processes have it mapped.
type File struct {
	*elf.File
	in         *Files
	big        bool // reading it may take long
	trusted    bool // see ptrace.Identity
	scan       func() scanned
	unwindable bool                  // the table of its functions has been read
	imports    map[uint64]string     // names of functions by their GOT words; nil: not asked for
	gates      func() []uint64       // see Gates; nil: not asked for
	names      map[uint64]elf.Symbol // functions around addresses that were asked for
	lines      map[uint64]sourceLine // likewise

	goKnown, goBuilt     bool // whether it is Go's; that is known
	catchKnown, catching bool // whether exceptions may be caught in it

	description *description // by debugging information; nil: not asked for
}

// scanned are the slots of a file, and what kept it from telling more.
type scanned struct {
	found plt.Found
	err   error
}

// ErrInterrupted is of what was left off, since plait was interrupted.
var ErrInterrupted = errors.New("interrupted")

// bigFile is from what size on a file is read in the background. Less is read at once:
// that costs less than to wait for another thread.
const bigFile = 1 << 20

// Add makes a File of f, about which nothing is known yet.
func (fs *Files) Add(f *elf.File, id ptrace.Identity) *File {
	scan := func() scanned {
		found, err := plt.Find(f)
		return scanned{found, err}
	}
	return &File{
		File: f, in: fs, big: id.Size > bigFile, trusted: id.Trusted, scan: sync.OnceValue(scan),
		names: map[uint64]elf.Symbol{}, lines: map[uint64]sourceLine{},
	}
}

// Read does work that reads f, in the background if that may take long. It reports
// false if plait was interrupted before that was over.
func Read[T any](f *File, work func() T) (result T, ok bool) { return read(f.in, f.big, work) }

func read[T any](fs *Files, big bool, work func() T) (result T, ok bool) {
	if !big {
		return work(), true
	}
	return background.Do(fs.work, work)
}

// maxFiles bounds how many files are kept open.
const maxFiles = 512

// Open reads the ELF file that opened opened, or returns it if it is known already.
func (fs *Files) Open(opened *os.File, id ptrace.Identity, err error) (*File, error) {
	if err != nil {
		return nil, err
	}
	if f := fs.known[id]; f != nil {
		opened.Close()
		return f, nil
	}
	f, err := fs.openELF(opened, id)
	if err != nil {
		return nil, err
	}
	if len(fs.known) >= maxFiles {
		clear(fs.known) // what is still used stays open; the rest is closed when collected
	}
	fs.known[id] = f
	return f, nil
}

// openELF reads the headers of an ELF file.
func (fs *Files) openELF(opened *os.File, id ptrace.Identity) (*File, error) {
	type result struct {
		*elf.File
		error
	}
	r, ok := read(fs, id.Size > bigFile, func() result {
		f, err := elf.New(opened, fs.reader)
		return result{f, err}
	})
	switch {
	case !ok:
		return nil, ErrInterrupted
	case r.error != nil:
		return nil, r.error
	}
	return fs.Add(r.File, id), nil
}

// Rename says where the file is, which opening it by way of a process does not tell.
// Another goroutine may be reading it when that is said again.
func (f *File) Rename(path string) {
	if f.Path != path && f.description == nil {
		f.Path = path
	}
}

// Slots are the calls to other files that f makes, with the error that kept it from
// telling more. It reports false if plait was interrupted.
func (f *File) Slots() (found plt.Found, err error, ok bool) {
	s, ok := Read(f, f.scan)
	return s.found, s.err, ok
}

// Gates are the places that find finds in the file, which is asked once.
func (f *File) Gates(find func() []uint64) []uint64 {
	if f.gates == nil {
		f.gates = sync.OnceValue(find)
	}
	return f.gates()
}

// Catches tells whether exceptions may be caught in a file: it has tables of what to do then.
func (f *File) Catches() bool {
	if !f.catchKnown {
		f.catchKnown, f.catching = true, f.HasSection(".gcc_except_table")
	}
	return f.catching
}

// IsGo tells whether a file is a program or library of Go's.
func (f *File) IsGo() bool {
	if !f.goKnown {
		f.goKnown, f.goBuilt = true, f.HasSection(".go.buildinfo")
	}
	return f.goBuilt
}

// Unwindable sees to it that the table of a file's functions has been read, which
// may take long once. It reports false if that was interrupted.
func (f *File) Unwindable() bool {
	if !f.unwindable {
		_, f.unwindable = Read(f, func() bool { _, ok := f.CallFrame(0); return ok })
	}
	return f.unwindable
}

// CodeSize is how much of a file is code, in bytes.
func (f *File) CodeSize() (n uint64) {
	for _, s := range f.Segments {
		if s.Executable() {
			n += s.Filesz
		}
	}
	return n
}

// Code reads what is mapped of a file at a link-time address, as infer.Program wants it.
func (f *File) Code(addr uint64, b []byte) int {
	n, _ := f.ReadMem(b, addr)
	return n
}

// forks are the functions by which a program makes processes.
var forks = []string{
	"fork", "vfork", "_Fork", "__fork", "clone", "__clone", "posix_spawn", "posix_spawnp", "system", "popen",
	"daemon", "forkpty", "wordexp",
}

// MayFork tells whether a program imports one of forks, or is one of which that cannot be
// known.
func (f *File) MayFork() bool {
	if !f.Native() || f.Static() {
		return true
	}
	imports, err := f.Relocations()
	return err != nil || slices.ContainsFunc(imports, func(r elf.Relocation) bool {
		return slices.Contains(forks, r.Symbol.Name)
	})
}
