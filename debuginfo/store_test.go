package debuginfo

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const someID = "0123456789abcdef"

// TestStore keeps text and the names that nothing is known of, and gives both
// back.
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
	// What is saved next is what was loaded and more.
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

// TestStoreRefuses takes nothing that it has not written, and no build ID that is
// a path.
func TestStoreRefuses(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	for _, text := range []string{"", "int f.10(int a);\n", strings.Replace(storeHead, ", 1", ", 0", 1) + "int f.10(int a);\n"} {
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
	if (Store{}).Save(someID, "int f.10(int a);\n", nil); (Store{}).path(someID) != "" {
		t.Error("a store without a folder has a path")
	}
}

// TestStoreBounded removes the oldest files when all are too large.
func TestStoreBounded(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	text := strings.Repeat("int f.10(int a);\n", maxFile/20)
	begun := time.Now().Add(-time.Hour)
	n := maxStore/len(text) + 3
	for i := range n {
		id := fmt.Sprintf("%016x", i)
		s.Save(id, text, nil)
		os.Chtimes(s.path(id), begun, begun.Add(time.Duration(i)*time.Second))
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
