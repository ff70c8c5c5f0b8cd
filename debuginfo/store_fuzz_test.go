package debuginfo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plait/bound"
)

// FuzzStore finds any files in the store, and keeps any text in it. It reads nothing
// that was not kept, finds again what was kept, and only ever removes the store's own
// files.
func FuzzStore(f *testing.F) {
	const key = "0123456789abcdef"
	f.Add(key, []byte(fileHeader+"int f(int);\n"+unknownMark+"g\n"), "int h(void);\n", "k")
	f.Add("../../x", []byte("secret"), "# none x\n", "\n")
	f.Add("0123456789ABCDEF", []byte(storeMark+"9\n"), "", "")
	f.Add(strings.Repeat("0", 300), []byte(fileHeader[:10]), strings.Repeat("x", 100), "a\nb")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, key string, found []byte, text, none string) {
		bound.Input(t, func() { checkStore(t, dir, key, found, text, none) })
	})
}

func checkStore(t *testing.T, dir, key string, found []byte, text, none string) {
	store := filepath.Join(dir, "store")
	os.RemoveAll(store)
	os.Mkdir(store, 0o700)
	beside := filepath.Join(dir, "beside")
	os.WriteFile(beside, []byte("mine"), 0o600)
	foreign := filepath.Join(store, "foreign")
	os.WriteFile(foreign, found, 0o600)
	s := Store{Dir: store}
	if file := name(key); file != "" {
		if filepath.Base(file) != file || !filepath.IsLocal(file) {
			t.Fatalf("key %q is file %q", key, file)
		}
		os.WriteFile(filepath.Join(store, file), found, 0o600)
	}
	if got, _ := s.Load(key); got != "" && !strings.Contains(string(found), got) {
		t.Errorf("%q is loaded of %q", got, found)
	}
	if strings.ContainsAny(none, "\r\n") || strings.TrimSpace(none) != none {
		none = ""
	}
	s.Save(key, text, []string{none})
	got, keys := s.Load(key)
	if name(key) == "" {
		if got != "" {
			t.Errorf("key %q has %q", key, got)
		}
	} else if want := string(content(text, []string{none})); len(name(key)) < 200 && len(want) <= maxFile && fileHeader+got != want {
		t.Errorf("kept %q, found %q", want, fileHeader+got)
	} else if len(keys) > strings.Count(text, "\n")+1 {
		t.Errorf("functions unknown: %q", keys)
	}
	for path, want := range map[string]string{beside: "mine", foreign: string(found)} {
		if b, err := os.ReadFile(path); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", path, b, err)
		}
	}
}
