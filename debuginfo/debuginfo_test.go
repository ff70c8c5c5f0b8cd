package debuginfo

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"plait/arch"
	"plait/elf"
	"plait/proto"
)

var update = flag.Bool("update", false, "rewrite the expected prototypes of testdata")

// TestFunctions compiles the sources of testdata/*.txtar in each way that the file
// "build" has a line for. The functions of each object must have the same prototypes:
// those of the file "want". There, names of types lack the suffix that distinguishes
// types of one name. A line of "build" is a command with $OUT for the object; lines
// whose compiler is missing are left out. Package proto must be able to parse the text,
// too.
func TestFunctions(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, name := range files {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			if got := runArchive(t, archive); *update && got != "" {
				setFile(archive, "want", got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// runArchive checks all builds and returns what the last one gave.
func runArchive(t *testing.T, archive *txtar.Archive) string {
	dir := t.TempDir()
	for _, f := range archive.Files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	last := ""
	for i, line := range strings.Split(strings.TrimSpace(file(archive, "build")), "\n") {
		out := filepath.Join(dir, "object"+string(rune('a'+i)))
		if !build(t, dir, line, out) {
			continue
		}
		last = describe(t, out, regexp.MustCompile(strings.TrimSpace(file(archive, "functions"))))
		if want := file(archive, "want"); last != want && !*update {
			t.Errorf("%s:\n%s", line, difference(last, want))
		}
	}
	return last
}

// build runs a line of "build". It returns false if the compiler is missing.
func build(t testing.TB, dir, line, out string) bool {
	t.Helper()
	args := strings.Fields(strings.ReplaceAll(line, "$OUT", out))
	if _, err := exec.LookPath(args[0]); err != nil {
		if os.Getenv("PLAIT_REQUIRE") != "" {
			t.Error(err)
		}
		return false
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, text)
	}
	return true
}

// suffix distinguishes types and functions of one name. Rust's compiler makes some of
// it, with a number that differs from version to version.
var suffix = regexp.MustCompile(`\.[0-9a-f]+[st]?\b|17h[0-9a-f]{16}E`)

// describe returns the text about the functions of an object that match.
func describe(t *testing.T, path string, match *regexp.Regexp) string {
	t.Helper()
	in, f := openFile(t, path)
	var lines []string
	text := ""
	for _, s := range f.Functions(nil) {
		if s.Value == 0 || !match.MatchString(s.Name) {
			continue
		}
		x := in.Function(s.Name, s.Value)
		text += x
		for line := range strings.Lines(x) {
			lines = append(lines, suffix.ReplaceAllString(line, ""))
		}
	}
	if _, errs := proto.Parse(path, text, types); len(errs) > 0 {
		t.Errorf("%s: %v", path, errs)
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "")
}

var types = proto.Embedded(arch.AMD64)

// openFile opens an object and its debugging information.
func openFile(t *testing.T, path string) (*Info, *elf.File) {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.OpenDebug()
	if err != nil {
		t.Fatal(path, err)
	}
	t.Cleanup(func() { d.Close(); f.Close() })
	o := Options{Known: func(name string, size int64) bool {
		n, ok := types.Size(name)
		return ok && n == size
	}}
	if d.Alt != nil {
		o.Alt = d.Alt.Section
	}
	return Open(d.Section, o), f
}

// difference shows the lines that only one of two texts has.
func difference(got, want string) string {
	var b strings.Builder
	for line := range strings.Lines(want) {
		if !strings.Contains(got, line) {
			b.WriteString("-" + line)
		}
	}
	for line := range strings.Lines(got) {
		if !strings.Contains(want, line) {
			b.WriteString("+" + line)
		}
	}
	return b.String()
}

func file(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func setFile(a *txtar.Archive, name, text string) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = []byte(text)
		}
	}
}
