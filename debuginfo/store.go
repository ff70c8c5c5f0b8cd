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

// A Store caches the text made from debugging information in files. The key of a text
// depends on everything that it was made from. The zero Store keeps nothing. What can't be
// read or written is as if it were not there.
//
// Dir is used only if it is a folder, not a symbolic link, and nobody else can write to it.
// The Store does not touch other files in it.
type Store struct {
	Dir         string
	OwnedByUser func(fs.FileInfo) bool // reports whether a file belongs to the user; nil: all do
}

// fileHeader begins each file. Its number changes when the meaning of the text changes:
// then old files are not used any more.
const (
	fileHeader = storeMark + "6\n"
	storeMark  = "# plait: prototypes made of debugging information, "
)

// unknownMark begins the line of a function about which nothing is known.
const unknownMark = "# none "

// Bounds on one file and on all files, in bytes.
const (
	maxFile  = 4 << 20
	maxStore = 64 << 20
)

// fileSuffix ends the names of the Store's files. tempPrefix begins the names of files that
// are being written.
const (
	fileSuffix = ".conf"
	tempPrefix = ".new-"
)

// open opens the folder if it can be trusted. Through the os.Root nothing outside of it can
// be reached, even if its name or names in it change.
func (s Store) open() (*os.Root, error) {
	if s.Dir == "" {
		return nil, fs.ErrNotExist
	}
	info, err := os.Lstat(s.Dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() || info.Mode()&0o022 != 0 || !s.isOwn(info) {
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

func (s Store) isOwn(info fs.FileInfo) bool { return s.OwnedByUser == nil || s.OwnedByUser(info) }

// create creates the folder if its nearest existing parent belongs to the user.
func (s Store) create() {
	above := s.Dir
	for above != filepath.Dir(above) {
		above = filepath.Dir(above)
		info, err := os.Stat(above)
		switch {
		case err == nil && info.IsDir() && s.isOwn(info):
			_ = os.MkdirAll(s.Dir, 0o700)
			return
		case err == nil:
			return
		}
	}
}

// name returns the file name for a key, or "" if the key is not valid.
func name(key string) string {
	if len(key) < 8 || strings.Trim(key, "0123456789abcdef") != "" {
		return ""
	}
	return key + fileSuffix
}

// Load returns the text saved for a key, and the keys (see Key) of functions about which
// nothing is known.
func (s Store) Load(key string) (text string, none []string) {
	root, err := s.open()
	if err != nil {
		return "", nil
	}
	defer root.Close()
	text, ok := strings.CutPrefix(read(root, name(key)), fileHeader)
	if !ok {
		return "", nil
	}
	for line := range strings.Lines(text) {
		if key, ok := strings.CutPrefix(line, unknownMark); ok {
			none = append(none, strings.TrimSpace(key))
		}
	}
	return text, none
}

// read returns the contents of a file of the Store, or "".
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

// Save saves text for a key in place of an older one, and the keys of functions about which
// nothing is known. A concurrent Load reads either the old file or the new one.
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

// content returns the contents of a file.
func content(text string, none []string) []byte {
	var b bytes.Buffer
	b.WriteString(fileHeader)
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	for _, key := range none {
		b.WriteString(unknownMark + key + "\n")
	}
	return b.Bytes()
}

// replace writes a temporary file and renames it to path.
func replace(root *os.Root, path string, b []byte) {
	written := fmt.Sprintf("%s%016x", tempPrefix, rand.Uint64())
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

// prune removes the oldest files of the Store until there is room for more bytes.
func prune(root *os.Root, more int64) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return
	}
	var files []fs.FileInfo
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), tempPrefix) && name(strings.TrimSuffix(e.Name(), fileSuffix)) != e.Name() {
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

// isOurs reports whether Save wrote a file, in any version.
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
