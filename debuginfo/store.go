package debuginfo

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Store keeps the text that was made of debugging information, in files by the
// build IDs of the objects, so that it need not be made again. The zero Store
// keeps nothing. What can't be read or written is as if it were not there.
type Store struct{ Dir string }

// storeHead begins each file. The number changes when what this package writes
// means something else: then all is made anew.
const storeHead = "# plait: prototypes made of debugging information, 1\n"

// noneMark begins a line about a function that nothing is known of.
const noneMark = "# none "

// Bounds on the store.
const (
	maxFile  = 4 << 20
	maxStore = 64 << 20
)

// path is the file of an object; "" if there can be none.
func (s Store) path(buildID string) string {
	if s.Dir == "" || len(buildID) < 8 || strings.Trim(buildID, "0123456789abcdef") != "" {
		return ""
	}
	return filepath.Join(s.Dir, buildID+".conf")
}

// Load returns the text about an object, and the keys of functions that nothing
// is known of.
func (s Store) Load(buildID string) (text string, none []string) {
	path := s.path(buildID)
	info, err := os.Stat(path)
	if path == "" || err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return "", nil
	}
	b, err := os.ReadFile(path)
	text, ok := strings.CutPrefix(string(b), storeHead)
	if err != nil || !ok {
		return "", nil
	}
	for line := range strings.Lines(text) {
		if key, ok := strings.CutPrefix(line, noneMark); ok {
			none = append(none, strings.TrimSpace(key))
		}
	}
	return text, none
}

// Save keeps text about an object, in place of what was kept before. Whoever
// reads sees the old file or the new one.
func (s Store) Save(buildID, text string, none []string) {
	path := s.path(buildID)
	if path == "" || os.MkdirAll(s.Dir, 0o700) != nil {
		return
	}
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
	if b.Len() > maxFile {
		return
	}
	s.prune(int64(b.Len()))
	replace(path, b.Bytes())
}

// replace writes a file beside path and gives it that name.
func replace(path string, b []byte) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return
	}
	_, err = f.Write(b)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
}

// prune removes the oldest files until so many bytes more have room.
func (s Store) prune(more int64) {
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		return
	}
	var files []os.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
			more += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b os.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, f := range files {
		if more <= maxStore {
			return
		}
		os.Remove(filepath.Join(s.Dir, f.Name()))
		more -= f.Size()
	}
}
