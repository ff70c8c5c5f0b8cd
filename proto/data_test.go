package proto

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"plait/arch"
	"plait/proto/syntax"
)

// TestData parses and compiles everything that is shipped.
func TestData(t *testing.T) {
	types := Embedded(arch.AMD64)
	types.loadAll()
	for _, err := range types.errs {
		t.Error(err)
	}
	eachData(t, func(name, text string) {
		if isGenerated(name) {
			return
		}
		f, errs := Parse(name, text, types)
		for _, err := range errs {
			t.Error(err)
		}
		for _, symbol := range f.Names() {
			if f.Lookup(symbol) == nil {
				t.Errorf("%s: %s can't be looked up", name, symbol)
			}
		}
	})
}

// TestDataOnce demands that a library has only one prototype of each name.
func TestDataOnce(t *testing.T) {
	seen := map[string]string{}
	eachData(t, func(name, text string) {
		if isGenerated(name) {
			return // the same name is written by hand, and that prototype holds
		}
		for _, c := range syntax.Split(text) {
			h := syntax.HeadingOf(c.Text)
			key := path.Dir(name) + " " + h.Name
			if h.Kind != syntax.KindPrototype {
				continue
			}
			if seen[key] != "" {
				t.Errorf("%s:%d: %s is already in %s", name, c.Line, h.Name, seen[key])
			}
			seen[key] = name
		}
	})
}

// TestDataFormat formats every file twice. The first pass must lose nothing, and the
// second must change nothing.
func TestDataFormat(t *testing.T) {
	eachData(t, func(name, text string) {
		once := syntax.Format(text)
		if got, want := len(syntax.Split(once)), len(syntax.Split(text)); got != want {
			t.Errorf("%s: %d items formatted, %d written", name, got, want)
		}
		if twice := syntax.Format(once); twice != once {
			t.Errorf("%s: formatting again makes\n%s\nof\n%s", name, twice, once)
		}
	})
}

func eachData(t *testing.T, do func(name, text string)) {
	t.Helper()
	files := 0
	data := os.DirFS(".")
	err := fs.WalkDir(data, "data", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(data, name)
		files++
		if embedded := writtenText(strings.TrimPrefix(name, "data/")) + readData(generated, name) + readData(explained, name); embedded != string(text) {
			t.Errorf("%s is not embedded", name)
		}
		do(name, string(text))
		return err
	})
	if err != nil || files == 0 {
		t.Fatal(files, err)
	}
}

// TestLtraceConf parses ltrace's own file, if it is installed, without an error.
func TestLtraceConf(t *testing.T) {
	const name = "/etc/ltrace.conf"
	text, err := os.ReadFile(name)
	if err != nil {
		if os.Getenv("PLAIT_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip("ltrace is not installed: ", err)
	}
	f, errs := Parse(name, string(text), Embedded(arch.AMD64))
	for _, err := range errs {
		t.Error(err)
	}
	if n := len(f.Names()); n < 400 {
		t.Errorf("only %d prototypes", n)
	}
}
