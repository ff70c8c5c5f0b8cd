package tracer

import (
	"errors"
	"os"
	"sync"

	"plait/elf"
	"plait/plt"
	"plait/ptrace"
)

// A file is an ELF file read once, however many processes have it mapped.
type file struct {
	*elf.File
	big        bool // reading it may take long
	trusted    bool // see ptrace.Identity
	scan       func() scanned
	unwindable bool                  // the table of its functions has been read
	imports    map[uint64]string     // names of functions by their GOT words; nil: not asked for
	gates      []uint64              // system calls that change what is made of signals; nil: not asked for
	names      map[uint64]elf.Symbol // functions around addresses that were asked for
	lines      map[uint64]sourceLine // likewise

	goKnown, goBuilt     bool // whether it is Go's; that is known
	catchKnown, catching bool // whether exceptions may be caught in it

	description *description // by debugging information; nil: not asked for
}

// scanned are the slots of a file, and what kept it from telling more.
type scanned struct {
	plt.Found
	err error
}

// errInterrupted is of what was left off, since plait was interrupted.
var errInterrupted = errors.New("interrupted")

// newFile is f, about which nothing is known yet.
func newFile(f *elf.File, id ptrace.Identity) *file {
	scan := func() scanned {
		found, err := plt.Find(f)
		return scanned{found, err}
	}
	return &file{
		File: f, big: id.Size > bigFile, trusted: id.Trusted, scan: sync.OnceValue(scan),
		names: map[uint64]elf.Symbol{}, lines: map[uint64]sourceLine{},
	}
}

// maxFiles bounds how many files are kept open.
const maxFiles = 512

// open reads the ELF file that opened opened, or returns it if it is known already.
func (t *Tracer) open(opened *os.File, id ptrace.Identity, err error) (*file, error) {
	if err != nil {
		return nil, err
	}
	if f := t.files[id]; f != nil {
		opened.Close()
		return f, nil
	}
	f, err := t.openELF(opened, id)
	if err != nil {
		return nil, err
	}
	if len(t.files) >= maxFiles {
		clear(t.files) // what is still used stays open; the rest is closed when collected
	}
	t.files[id] = f
	return f, nil
}

// openELF reads the headers of an ELF file.
func (t *Tracer) openELF(opened *os.File, id ptrace.Identity) (*file, error) {
	type read struct {
		*elf.File
		error
	}
	r, ok := reading(t, &file{big: id.Size > bigFile}, func() read {
		f, err := elf.New(opened, t.reader)
		return read{f, err}
	})
	switch {
	case !ok:
		return nil, errInterrupted
	case r.error != nil:
		return nil, r.error
	}
	return newFile(r.File, id), nil
}

// openOther opens a file that an ELF file leads to.
func (t *Tracer) openOther(path string) (*os.File, error) {
	f, _, err := t.Kernel.Open(path)
	return f, err
}

// lies says where the file is, which opening it by way of a process does not tell.
// Another goroutine may be reading it when that is said again.
func (f *file) lies(path string) {
	if f.Path != path && f.description == nil {
		f.Path = path
	}
}

// files is what is known of each file.
type files = map[ptrace.Identity]*file

// catches tells whether exceptions may be caught in a file: it has tables of what to do then.
func (f *file) catches() bool {
	if !f.catchKnown {
		f.catchKnown, f.catching = true, f.HasSection(".gcc_except_table")
	}
	return f.catching
}
