package output

import (
	"errors"
	"io"
	"slices"
	"sync"
)

// maxOpen is how many of the Files are open at once: there may be more processes than
// file descriptors.
const maxOpen = 64

// Files are files that are only appended to. Only maxOpen of them are open at once;
// the others are reopened when there is more to write. They are safe for concurrent
// use: a slow file does not delay the others.
type Files struct {
	mu        sync.Mutex
	available sync.Cond // a file is no longer in use
	create    Create
	created   map[string]bool
	open      []*File // the most recently used one last
}

// A Create opens the file of a name. again says that the file was written to before
// and is to be appended to. Some files must be waited for, such as a FIFO without a
// reader: with wait, Create waits; without, its error is ErrNoReader.
type Create = func(name string, again, wait bool) (io.WriteCloser, error)

// ErrNoReader is the error of a FIFO that nobody has opened for reading.
var ErrNoReader = errors.New("nobody reads it")

// A File is one of Files.
type File struct {
	files *Files
	name  string
	inUse bool           // a caller writes, opens or closes it
	w     io.WriteCloser // nil: not open now
	err   error          // of closing it to make room
}

// NewFiles returns Files that create opens.
func NewFiles(create Create) *Files {
	f := &Files{create: create, created: map[string]bool{}}
	f.available.L = &f.mu
	return f
}

// Open returns the file of that name, which is empty at first if Files has not opened
// it before. The error is create's. A file that must be waited for is opened by its
// first Write.
func (fs *Files) Open(name string) (*File, error) {
	file := &File{files: fs, name: name}
	err := file.acquireOpen(false)
	file.release()
	if errors.Is(err, ErrNoReader) {
		err = nil
	}
	return file, err
}

// acquire reserves the file for the caller until release. The caller holds the lock.
func (f *File) acquire() {
	for f.inUse {
		f.files.available.Wait()
	}
	f.inUse = true
}

// release lets others use the file.
func (f *File) release() {
	f.files.mu.Lock()
	defer f.files.mu.Unlock()
	f.inUse = false
	f.files.available.Broadcast()
}

// acquireOpen reserves the file for the caller until release, and opens it if it is
// not open. If it would have to wait and wait is false, the error is ErrNoReader.
func (f *File) acquireOpen(wait bool) error {
	fs := f.files
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f.acquire()
	if f.w != nil {
		fs.remove(f)
		fs.open = append(fs.open, f)
		return nil
	}
	for len(fs.open) >= maxOpen && !fs.closeOldest() {
		if !wait {
			return ErrNoReader
		}
		fs.available.Wait()
	}
	return fs.openFile(f, wait)
}

// openFile opens a file, for which there must be room. It unlocks Files meanwhile.
func (fs *Files) openFile(file *File, wait bool) error {
	fs.open = append(fs.open, file)
	again := fs.created[file.name]
	fs.mu.Unlock()
	w, err := fs.create(file.name, again, wait)
	fs.mu.Lock()
	if err != nil {
		fs.remove(file)
		return err
	}
	file.w = w
	fs.created[file.name] = true
	return nil
}

// closeOldest closes the least recently used file to make room. It reports false if
// all files are in use.
func (fs *Files) closeOldest() bool {
	i := slices.IndexFunc(fs.open, func(o *File) bool { return !o.inUse })
	if i < 0 {
		return false
	}
	oldest := fs.open[i]
	oldest.inUse = true
	oldest.err = errors.Join(oldest.err, fs.closeFile(oldest))
	oldest.inUse = false
	fs.available.Broadcast()
	return true
}

// closeFile closes a file, which may be reopened. It unlocks Files meanwhile.
func (fs *Files) closeFile(file *File) error {
	w := file.w
	if w == nil {
		return nil
	}
	fs.mu.Unlock()
	err := w.Close()
	fs.mu.Lock()
	fs.remove(file)
	file.w = nil
	return err
}

func (fs *Files) remove(file *File) {
	fs.open = slices.DeleteFunc(fs.open, func(o *File) bool { return o == file })
}

// Write appends p to the file.
func (f *File) Write(p []byte) (int, error) {
	defer f.release()
	if err := f.acquireOpen(true); err != nil {
		return 0, err
	}
	return f.w.Write(p)
}

// Seek and Truncate serve to remove what was written last. Their error is
// errors.ErrUnsupported if the file cannot do that.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	defer f.release()
	if t, ok := f.truncater(); ok {
		return t.Seek(offset, whence)
	}
	return 0, errors.ErrUnsupported
}

// Truncate is described at Seek.
func (f *File) Truncate(size int64) error {
	defer f.release()
	if t, ok := f.truncater(); ok {
		return t.Truncate(size)
	}
	return errors.ErrUnsupported
}

// truncater reserves the file, and returns it if it is open and can be truncated.
func (f *File) truncater() (truncater, bool) {
	f.files.mu.Lock()
	defer f.files.mu.Unlock()
	f.acquire()
	t, ok := f.w.(truncater)
	return t, ok
}

// Close closes the file. It may be opened again by its name.
func (f *File) Close() error {
	defer f.release()
	f.files.mu.Lock()
	defer f.files.mu.Unlock()
	f.acquire()
	return errors.Join(f.err, f.files.closeFile(f))
}
