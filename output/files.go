package output

import (
	"errors"
	"io"
	"slices"
	"sync"
)

// maxOpen is how many of the Files are open at once: processes may be many more
// than files can be open.
const maxOpen = 64

// Files are files that are only ever added to. No more than a few are open at
// once; the others are opened again when there is more to write. They are safe
// for concurrent use.
type Files struct {
	mu     sync.Mutex
	create func(name string, again bool) (io.WriteCloser, error)
	made   map[string]bool
	open   []*File // the one written to last at the end
}

// A File is one of Files.
type File struct {
	files *Files
	name  string
	w     io.WriteCloser // nil: not open now
}

// NewFiles returns Files that are opened by create: again tells that the file was
// written to before and is to be added to.
func NewFiles(create func(name string, again bool) (io.WriteCloser, error)) *Files {
	return &Files{create: create, made: map[string]bool{}}
}

// Open returns the file of that name, which begins empty if Files does not know
// it yet. The error is that of create.
func (f *Files) Open(name string) (*File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	file := &File{files: f, name: name}
	return file, f.ready(file)
}

// ready sees to it that a file is open, at the cost of the one that was not
// written to for the longest time. The caller holds the lock.
func (f *Files) ready(file *File) error {
	var failed error
	if file.w == nil {
		if len(f.open) >= maxOpen {
			failed = f.shut(f.open[0])
		}
		w, err := f.create(file.name, f.made[file.name])
		if err != nil {
			return errors.Join(failed, err)
		}
		file.w = w
		f.made[file.name] = true
	}
	f.open = append(slices.DeleteFunc(f.open, func(o *File) bool { return o == file }), file)
	return failed
}

// shut closes a file for now. The caller holds the lock.
func (f *Files) shut(file *File) error {
	if file.w == nil {
		return nil
	}
	f.open = slices.DeleteFunc(f.open, func(o *File) bool { return o == file })
	err := file.w.Close()
	file.w = nil
	return err
}

// Write adds p to the file.
func (file *File) Write(p []byte) (int, error) {
	file.files.mu.Lock()
	defer file.files.mu.Unlock()
	if err := file.files.ready(file); err != nil {
		return 0, err
	}
	return file.w.Write(p)
}

// Seek and Truncate take back what was written last, if the file allows it.
func (file *File) Seek(offset int64, whence int) (int64, error) {
	file.files.mu.Lock()
	defer file.files.mu.Unlock()
	if f, ok := file.w.(truncater); ok {
		return f.Seek(offset, whence)
	}
	return 0, errors.ErrUnsupported
}

// Truncate is described at Seek.
func (file *File) Truncate(size int64) error {
	file.files.mu.Lock()
	defer file.files.mu.Unlock()
	if f, ok := file.w.(truncater); ok {
		return f.Truncate(size)
	}
	return errors.ErrUnsupported
}

// Close closes the file. It may be opened again by its name.
func (file *File) Close() error {
	file.files.mu.Lock()
	defer file.files.mu.Unlock()
	return file.files.shut(file)
}
