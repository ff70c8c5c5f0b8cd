package debuginfo

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Store keeps the text that was made of debugging information, in files by a key
// of what it was made of, so that it need not be made again. The zero Store keeps
// nothing. What can't be read or written is as if it were not there.
//
// The folder is used only if it is one, and no link to one, that nobody else can
// write into. What else may lie in it is left alone.
type Store struct {
	Dir  string
	Mine func(fs.FileInfo) bool // tells whether a file belongs to the user; nil: all do
}

// storeHead begins each file. The number changes when what this package writes
// means something else: then all is made anew.
const (
	storeHead = storeMark + "6\n"
	storeMark = "# plait: prototypes made of debugging information, "
)

// noneMark begins a line about a function that nothing is known of.
const noneMark = "# none "

// Bounds on the store.
const (
	maxFile  = 4 << 20
	maxStore = 64 << 20
)

// ending ends the names of the store's files, temporary begins those that are being
// written.
const (
	ending    = ".conf"
	temporary = ".new-"
)

// open opens the folder, if there is one that can be trusted. Nothing outside is
// reached through it, whatever happens to its name or to names in it.
func (s Store) open() (*os.Root, error) {
	if s.Dir == "" {
		return nil, fs.ErrNotExist
	}
	info, err := os.Lstat(s.Dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() || info.Mode()&0o022 != 0 || !s.mine(info) {
		return nil, fs.ErrPermission
	}
	root, err := os.OpenRoot(s.Dir)
	if err != nil {
		return nil, err
	}
	if now, err := root.Stat("."); err != nil || !os.SameFile(info, now) {
		root.Close()
		return nil, fs.ErrPermission
	}
	return root, nil
}

func (s Store) mine(info fs.FileInfo) bool { return s.Mine == nil || s.Mine(info) }

// create makes the folder, in a place that is the user's own.
func (s Store) create() {
	above := s.Dir
	for above != filepath.Dir(above) {
		above = filepath.Dir(above)
		info, err := os.Stat(above)
		switch {
		case err == nil && info.IsDir() && s.mine(info):
			_ = os.MkdirAll(s.Dir, 0o700)
			return
		case err == nil:
			return
		}
	}
}

// name is the file's for a key; "" if there can be none.
func name(key string) string {
	if len(key) < 8 || strings.Trim(key, "0123456789abcdef") != "" {
		return ""
	}
	return key + ending
}

// Load returns the text that was kept by a key, and the keys of functions that
// nothing is known of.
func (s Store) Load(key string) (text string, none []string) {
	root, err := s.open()
	if err != nil {
		return "", nil
	}
	defer root.Close()
	text, ok := strings.CutPrefix(read(root, name(key)), storeHead)
	if !ok {
		return "", nil
	}
	for line := range strings.Lines(text) {
		if key, ok := strings.CutPrefix(line, noneMark); ok {
			none = append(none, strings.TrimSpace(key))
		}
	}
	return text, none
}

// read reads a file of the store.
func read(root *os.Root, name string) string {
	info, err := root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return ""
	}
	b, err := root.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(b)
}

// Save keeps text by a key, in place of what was kept before. Whoever reads sees the
// old file or the new one.
func (s Store) Save(key, text string, none []string) {
	path := name(key)
	if path == "" || s.Dir == "" {
		return
	}
	b := content(text, none)
	if len(b) > maxFile {
		return
	}
	if _, err := os.Lstat(s.Dir); err != nil {
		s.create()
	}
	root, err := s.open()
	if err != nil {
		return
	}
	defer root.Close()
	prune(root, int64(len(b)))
	replace(root, path, b)
}

// content is what is in a file.
func content(text string, none []string) []byte {
	var b bytes.Buffer
	b.WriteString(storeHead)
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	for _, key := range none {
		b.WriteString(noneMark + key + "\n")
	}
	return b.Bytes()
}

// replace writes a file of another name and gives it that name.
func replace(root *os.Root, path string, b []byte) {
	written := fmt.Sprintf("%s%016x", temporary, rand.Uint64())
	f, err := root.OpenFile(written, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return
	}
	_, err = f.Write(b)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = root.Rename(written, path)
	}
	if err != nil {
		_ = root.Remove(written)
	}
}

// prune removes the oldest of the store's files until so many bytes more have room.
func prune(root *os.Root, more int64) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return
	}
	var files []fs.FileInfo
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), temporary) && name(strings.TrimSuffix(e.Name(), ending)) != e.Name() {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
		}
	}
	if total(files)+more <= maxStore {
		return
	}
	files = slices.DeleteFunc(files, func(f fs.FileInfo) bool { return !isOurs(root, f.Name()) })
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for len(files) > 0 && total(files)+more > maxStore {
		_ = root.Remove(files[0].Name())
		files = files[1:]
	}
}

func total(files []fs.FileInfo) (n int64) {
	for _, f := range files {
		n += f.Size()
	}
	return n
}

// isOurs tells whether a file was written by Save, of whatever version.
func isOurs(root *os.Root, name string) bool {
	f, err := root.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(storeMark))
	n, _ := f.ReadAt(head, 0)
	return string(head[:n]) == storeMark
}
