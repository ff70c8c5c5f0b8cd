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

// Files are the ELF files that plait has opened, each read once. They are not safe for
// concurrent use.
type Files struct {
	work         *background.Worker
	prototypes   *proto.Database
	descriptions debuginfo.Store
	reader       *elf.Reader // opens the files that others refer to
	known        map[ptrace.Identity]*File
	waited       time.Duration // for debugging information, in all
}

// New returns an empty Files. work runs what takes long. open opens files that others
// refer to, such as separate debugging information. prototypes has those that are written
// or shipped. descriptions stores the answers of debugging information for later runs.
func New(work *background.Worker, open elf.Opener, prototypes *proto.Database, descriptions debuginfo.Store) *Files {
	return &Files{
		work: work, reader: &elf.Reader{Open: open}, prototypes: prototypes, descriptions: descriptions,
		known: map[ptrace.Identity]*File{},
	}
}

// A File is an ELF file read once, however many processes have it mapped.
type File struct {
	*elf.File
	files      *Files
	big        bool // reading it may take long: see bigFile
	trusted    bool // see ptrace.Identity
	scan       func() scanResult
	unwindRead bool                  // its table of call frames has been read
	imports    map[uint64]string     // names of functions by the addresses of their GOT words; nil: not needed yet
	syscalls   func() []uint64       // see SyscallAddrs; nil: not needed yet
	names      map[uint64]elf.Symbol // cache of Symbol
	lines      map[uint64]sourceLine // cache of Line

	goChecked, isGo       bool // isGo is known; Go compiled the file
	catchChecked, catches bool // catches is known; exceptions may be caught in it

	description *description // from debugging information; nil: not needed yet
}

// A scanResult is the slots of a file, with the error that ended the scan early.
type scanResult struct {
	found plt.Found
	err   error
}

// ErrInterrupted means that plait was interrupted before the work was done.
var ErrInterrupted = errors.New("interrupted")

// bigFile is the size in bytes above which a file is read in the background. A smaller one
// is read at once, which costs less than waiting for another thread.
const bigFile = 1 << 20

// Add returns a File for f, about which nothing else is known yet.
func (fs *Files) Add(f *elf.File, id ptrace.Identity) *File {
	scan := func() scanResult {
		found, err := plt.Find(f)
		return scanResult{found, err}
	}
	return &File{
		File: f, files: fs, big: id.Size > bigFile, trusted: id.Trusted, scan: sync.OnceValue(scan),
		names: map[uint64]elf.Symbol{}, lines: map[uint64]sourceLine{},
	}
}

// Read runs work, which reads f, in the background if f is big. It returns false if plait
// was interrupted before work was done.
func Read[T any](f *File, work func() T) (result T, ok bool) { return read(f.files, f.big, work) }

func read[T any](fs *Files, big bool, work func() T) (result T, ok bool) {
	if !big {
		return work(), true
	}
	return background.Do(fs.work, work)
}

// maxFiles bounds how many files are kept.
const maxFiles = 512

// Open returns the File for an ELF file that was just opened. If the file is known
// already, opened is closed. The parameters are the results of an Opener such as
// ptrace.Open, whose error is returned. Other errors are ErrInterrupted and that the file
// is no ELF file.
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
		clear(fs.known) // the garbage collector closes those that nobody uses
	}
	fs.known[id] = f
	return f, nil
}

// openELF reads the headers of an ELF file. The error may be ErrInterrupted.
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

// Rename sets the path of a file that was opened through /proc, whose path says nothing.
// Once there is a description it does nothing, since another goroutine may be reading the
// path.
func (f *File) Rename(path string) {
	if f.Path != path && f.description == nil {
		f.Path = path
	}
}

// Slots returns the slots by which f calls other files, with the error that ended the scan
// early. ok is false if plait was interrupted.
func (f *File) Slots() (found plt.Found, err error, ok bool) {
	s, ok := Read(f, f.scan)
	return s.found, s.err, ok
}

// SyscallAddrs returns the addresses of the system call instructions that find returned.
// It calls find only the first time.
func (f *File) SyscallAddrs(find func() []uint64) []uint64 {
	if f.syscalls == nil {
		f.syscalls = sync.OnceValue(find)
	}
	return f.syscalls()
}

// Catches reports whether exceptions may be caught in a file: whether it has a table of
// landing pads (.gcc_except_table).
func (f *File) Catches() bool {
	if !f.catchChecked {
		f.catchChecked, f.catches = true, f.HasSection(".gcc_except_table")
	}
	return f.catches
}

// IsGo reports whether Go compiled the file (it has .go.buildinfo).
func (f *File) IsGo() bool {
	if !f.goChecked {
		f.goChecked, f.isGo = true, f.HasSection(".go.buildinfo")
	}
	return f.isGo
}

// Unwindable reads the table of the file's call frames, unless that was done before. It
// may take long. It returns false if plait was interrupted.
func (f *File) Unwindable() bool {
	if !f.unwindRead {
		_, f.unwindRead = Read(f, func() bool { _, ok := f.CallFrame(0); return ok })
	}
	return f.unwindRead
}

// CodeSize returns how many bytes of the file are code.
func (f *File) CodeSize() (n uint64) {
	for _, s := range f.Segments {
		if s.Executable() {
			n += s.Filesz
		}
	}
	return n
}

// Code reads the mapped contents of the file at a link-time address into b and returns how
// many bytes it got. It is an infer.Program's Code.
func (f *File) Code(addr uint64, b []byte) int {
	n, _ := f.ReadMem(b, addr)
	return n
}

// forkFunctions are the functions by which a program makes processes.
var forkFunctions = []string{
	"fork", "vfork", "_Fork", "__fork", "clone", "__clone", "posix_spawn", "posix_spawnp", "system", "popen",
	"daemon", "forkpty", "wordexp",
}

// MayFork reports whether a program imports one of forkFunctions. It returns true as well
// if the imports do not say that: in a static program, in one of another ELF class, and
// in a damaged one.
func (f *File) MayFork() bool {
	if !f.Native() || f.Static() {
		return true
	}
	imports, err := f.Relocations()
	return err != nil || slices.ContainsFunc(imports, func(r elf.Relocation) bool {
		return slices.Contains(forkFunctions, r.Symbol.Name)
	})
}
