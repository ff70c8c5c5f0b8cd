package tracer

import (
	"os"

	"plait/elf"
	"plait/plt"
	"plait/ptrace"
)

// A file is an ELF file read once, however many processes have it mapped.
type file struct {
	*elf.File
	trusted bool // see ptrace.Identity
	scanned bool
	found   plt.Found
	err     error                 // of scanning
	imports map[uint64]string     // names of functions by their GOT words; nil: not asked for
	names   map[uint64]elf.Symbol // functions around addresses that were asked for
	lines   map[uint64]sourceLine // likewise

	description *description // by debugging information; nil: not asked for
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
	f, err := elf.New(opened, t.openOther)
	if err != nil {
		return nil, err
	}
	if len(t.files) >= maxFiles {
		clear(t.files) // what is still used stays open; the rest is closed when collected
	}
	t.files[id] = &file{File: f, trusted: id.Trusted, names: map[uint64]elf.Symbol{}, lines: map[uint64]sourceLine{}}
	return t.files[id], nil
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

// scan finds the slots of a file.
func (f *file) scan() (plt.Found, error) {
	if !f.scanned {
		f.scanned = true
		f.found, f.err = plt.Find(f.File)
	}
	return f.found, f.err
}

// files is what is known of each file.
type files = map[ptrace.Identity]*file
