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
// for concurrent use: one that takes its time does not keep the others.
type Files struct {
	mu     sync.Mutex
	freed  sync.Cond // a file is no longer in use
	create Create
	made   map[string]bool
	open   []*File // the one used last at the end
}

// A Create opens the file of a name. again tells that it was written to before and is to
// be added to. A file that has to be waited for, a FIFO without a reader, is waited for if
// wait is set; otherwise the error is ErrNoReader.
type Create = func(name string, again, wait bool) (io.WriteCloser, error)

// ErrNoReader is the error of a FIFO that nobody has opened for reading.
var ErrNoReader = errors.New("nobody reads it")

// A File is one of Files.
type File struct {
	files *Files
	name  string
	used  bool           // by one who writes, opens or closes
	w     io.WriteCloser // nil: not open now
	err   error          // of closing it for now
}

// NewFiles returns Files that are opened by create.
func NewFiles(create Create) *Files {
	f := &Files{create: create, made: map[string]bool{}}
	f.freed.L = &f.mu
	return f
}

// Open returns the file of that name, which begins empty if Files does not know
// it yet. The error is that of create. What has to be waited for is opened by Write.
func (f *Files) Open(name string) (*File, error) {
	file := &File{files: f, name: name}
	err := file.take(false)
	file.give()
	if errors.Is(err, ErrNoReader) {
		err = nil
	}
	return file, err
}

// claim makes the file the caller's until give. The caller holds the lock.
func (file *File) claim() {
	for file.used {
		file.files.freed.Wait()
	}
	file.used = true
}

// give lets others use the file.
func (file *File) give() {
	file.files.mu.Lock()
	defer file.files.mu.Unlock()
	file.used = false
	file.files.freed.Broadcast()
}

// take makes the file the caller's until give, and opens it if it is not. If that has to
// be waited for and the caller does not wait, the error is ErrNoReader.
func (file *File) take(wait bool) error {
	f := file.files
	f.mu.Lock()
	defer f.mu.Unlock()
	file.claim()
	if file.w != nil {
		f.forget(file)
		f.open = append(f.open, file)
		return nil
	}
	for len(f.open) >= maxOpen && !f.shutOldest() {
		if !wait {
			return ErrNoReader
		}
		f.freed.Wait()
	}
	return f.ready(file, wait)
}

// ready opens a file, for which there is room. The lock is not held meanwhile.
func (f *Files) ready(file *File, wait bool) error {
	f.open = append(f.open, file)
	again := f.made[file.name]
	f.mu.Unlock()
	w, err := f.create(file.name, again, wait)
	f.mu.Lock()
	if err != nil {
		f.forget(file)
		return err
	}
	file.w = w
	f.made[file.name] = true
	return nil
}

// shutOldest closes, for now, the file that was not used for the longest time. It reports
// false if all are in use.
func (f *Files) shutOldest() bool {
	i := slices.IndexFunc(f.open, func(o *File) bool { return !o.used })
	if i < 0 {
		return false
	}
	oldest := f.open[i]
	oldest.used = true
	oldest.err = errors.Join(oldest.err, f.shut(oldest))
	oldest.used = false
	f.freed.Broadcast()
	return true
}

// shut closes a file for now. The lock is not held meanwhile.
func (f *Files) shut(file *File) error {
	w := file.w
	if w == nil {
		return nil
	}
	f.mu.Unlock()
	err := w.Close()
	f.mu.Lock()
	f.forget(file)
	file.w = nil
	return err
}

func (f *Files) forget(file *File) {
	f.open = slices.DeleteFunc(f.open, func(o *File) bool { return o == file })
}

// Write adds p to the file.
func (file *File) Write(p []byte) (int, error) {
	defer file.give()
	if err := file.take(true); err != nil {
		return 0, err
	}
	return file.w.Write(p)
}

// Seek and Truncate take back what was written last, if the file allows it.
func (file *File) Seek(offset int64, whence int) (int64, error) {
	defer file.give()
	if f, ok := file.truncater(); ok {
		return f.Seek(offset, whence)
	}
	return 0, errors.ErrUnsupported
}

// Truncate is described at Seek.
func (file *File) Truncate(size int64) error {
	defer file.give()
	if f, ok := file.truncater(); ok {
		return f.Truncate(size)
	}
	return errors.ErrUnsupported
}

// truncater is the file, claimed, if it is open and can be cut.
func (file *File) truncater() (truncater, bool) {
	file.files.mu.Lock()
	defer file.files.mu.Unlock()
	file.claim()
	f, ok := file.w.(truncater)
	return f, ok
}

// Close closes the file. It may be opened again by its name.
func (file *File) Close() error {
	defer file.give()
	file.files.mu.Lock()
	defer file.files.mu.Unlock()
	file.claim()
	return errors.Join(file.err, file.files.shut(file))
}
