package debuginfo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const someID = "0123456789abcdef"

// TestStore keeps text and the names that nothing is known about, and returns both.
func TestStore(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "new", "folder")}
	if text, none := s.Load(someID); text != "" || none != nil {
		t.Errorf("of nothing: %q, %q", text, none)
	}
	const first = "int f.10(int a);\n"
	s.Save(someID, first, []string{"g.20"})
	text, none := s.Load(someID)
	if !strings.HasPrefix(text, first) || !slices.Equal(none, []string{"g.20"}) {
		t.Errorf("%q, %q", text, none)
	}
	// The next thing saved is what was loaded, and more.
	s.Save(someID, text+"int h.30(void);\n", append(none, "i.40"))
	text, none = s.Load(someID)
	if strings.Count(text, first) != 1 || !strings.Contains(text, "int h.30(void);\n") || !slices.Equal(none, []string{"g.20", "i.40"}) {
		t.Errorf("%q, %q", text, none)
	}
	left, _ := filepath.Glob(filepath.Join(s.Dir, "*"))
	if len(left) != 1 {
		t.Errorf("files: %q", left)
	}
}

// TestStoreRefuses accepts nothing that the store has not written, and no build ID that
// is a path.
func TestStoreRefuses(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	for _, text := range []string{"", "int f.10(int a);\n", storeMark + "0\n" + "int f.10(int a);\n"} {
		if err := os.WriteFile(filepath.Join(s.Dir, someID+".conf"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, _ := s.Load(someID); got != "" {
			t.Errorf("of %q: %q", text, got)
		}
	}
	for _, id := range []string{"", "../../../etc", "0123", "ABCDEF0123"} {
		s.Save(id, "int f.10(int a);\n", nil)
		if got, _ := s.Load(id); got != "" {
			t.Errorf("%q: %q", id, got)
		}
	}
	(Store{}).Save(someID, "int f.10(int a);\n", nil)
	if got, _ := (Store{}).Load(someID); got != "" {
		t.Errorf("of a store without a folder: %q", got)
	}
}

// TestStoreBounded removes the oldest files when all of them together are too large.
func TestStoreBounded(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	text := strings.Repeat("int f.10(int a);\n", maxFile/20)
	begun := time.Now().Add(-time.Hour)
	n := maxStore/len(text) + 3
	for i := range n {
		id := fmt.Sprintf("%016x", i)
		s.Save(id, text, nil)
		os.Chtimes(filepath.Join(s.Dir, name(id)), begun, begun.Add(time.Duration(i)*time.Second))
	}
	if got, _ := s.Load(fmt.Sprintf("%016x", 0)); got != "" {
		t.Error("the oldest is still there")
	}
	if got, _ := s.Load(fmt.Sprintf("%016x", n-1)); got == "" {
		t.Error("the newest is gone")
	}
	s.Save(someID, strings.Repeat(text, 2), nil)
	if got, _ := s.Load(someID); got != "" {
		t.Error("a file that is too large was kept")
	}
}

// TestStoreFolder uses no folder that is a link, that others can write to, or that
// belongs to another user, and does not make one at such a place.
func TestStoreFolder(t *testing.T) {
	dir := t.TempDir()
	real, link, open := filepath.Join(dir, "real"), filepath.Join(dir, "link"), filepath.Join(dir, "open")
	if err := errors.Join(os.Mkdir(real, 0o700), os.Symlink(real, link), os.Mkdir(open, 0o700), os.Chmod(open, 0o770)); err != nil {
		t.Fatal(err)
	}
	Store{Dir: real}.Save(someID, "int f.10(int a);\n", nil)
	before := listed(dir)
	theirs := func(fs.FileInfo) bool { return false }
	for _, s := range []Store{{Dir: link}, {Dir: open}, {Dir: real, OwnedByUser: theirs}, {Dir: filepath.Join(real, "new"), OwnedByUser: theirs}, {Dir: filepath.Join(real, someID+".conf", "new")}} {
		if text, _ := s.Load(someID); text != "" {
			t.Errorf("%s: %q", s.Dir, text)
		}
		s.Save("fedcba9876543210", "int f.10(int a);\n", nil)
	}
	if after := listed(dir); !slices.Equal(before, after) {
		t.Errorf("%q became %q", before, after)
	}
	if text, _ := (Store{Dir: real}).Load(someID); text == "" {
		t.Error("what was kept is gone")
	}
}

// listed returns what is below a folder.
func listed(dir string) []string {
	var all []string
	filepath.WalkDir(dir, func(path string, _ fs.DirEntry, _ error) error {
		all = append(all, path)
		return nil
	})
	return all
}

// TestStoreForeign leaves alone what others have put into the folder, even if it is
// large or named like the store's own files.
func TestStoreForeign(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	outside := filepath.Join(t.TempDir(), "outside")
	foreign := map[string]string{"photo.jpg": "a photo", "0000000000000001.conf": "not ours", ".new-photo": "another", "notes.conf": "text"}
	for name, text := range foreign {
		if err := os.WriteFile(filepath.Join(s.Dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		os.Truncate(filepath.Join(s.Dir, name), maxStore)
		os.Chtimes(filepath.Join(s.Dir, name), time.Time{}, time.Unix(1, 0))
	}
	if err := errors.Join(os.WriteFile(outside, []byte(fileHeader+"int g.10(int a);\n"), 0o600),
		os.Symlink(outside, filepath.Join(s.Dir, someID+".conf"))); err != nil {
		t.Fatal(err)
	}
	if text, _ := s.Load(someID); text != "" {
		t.Errorf("by a link: %q", text)
	}
	s.Save("fedcba9876543210", "int f.10(int a);\n", nil)
	s.Save(someID, "int f.10(int a);\n", nil)
	for name, text := range foreign {
		if b, _ := os.ReadFile(filepath.Join(s.Dir, name)); !strings.HasPrefix(string(b), text) {
			t.Errorf("%s is not what it was", name)
		}
	}
	if b, _ := os.ReadFile(outside); !strings.Contains(string(b), "int g.10") {
		t.Errorf("a file outside became %q", b)
	}
	if text, _ := s.Load(someID); !strings.HasPrefix(text, "int f.10") {
		t.Errorf("kept: %q", text)
	}
}
