package proto

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plait/bound"
	"plait/proto/syntax"
)

func always(_, _ string) bool { return true }

// TestDescribe: what is known about a function comes from these places, in the order in
// which they are used.
func TestDescribe(t *testing.T) {
	dir := t.TempDir()
	mine := write(t, dir, "mine.conf", "# mine\ntypedef word = hex(int);\nint  puts( word w,string) fails(<0)\n")
	write(t, dir, "dir/libc.so.conf", "int puts(;\nbin(int) puts(string);\n")
	system := write(t, dir, "system.conf", "oct(int) puts(string);\n")
	d, errs := Open(Options{Files: []string{mine, filepath.Join(dir, "dir")}, System: []string{system}})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var got []string
	list := d.Describe(func(_, symbol string) bool { return symbol == "puts" })
	for _, x := range append(list, UsedTypes(list)...) {
		place, _, _ := strings.Cut(strings.TrimPrefix(x.Origin(), dir), ":")
		got = append(got, place+" "+x.Text)
	}
	want := []string{
		"/mine.conf int puts(word w, string) fails(<0);\n",
		"libc/stdio.conf int puts(string s) fails(-1) errno?;\n",
		"/system.conf oct(int) puts(string);\n",
		"explain/libc/stdio.conf explain puts \"puts(3)\" writes(stdout, len(s) + 1) {\n\t\"print {s} and a newline on stdout\";\n}\n",
		"/mine.conf typedef word = hex(int);\n",
	}
	if strings.Join(got, "") != strings.Join(want, "") {
		t.Errorf("got:\n%swant:\n%s", strings.Join(got, ""), strings.Join(want, ""))
	}
}

// TestDescribeAll: everything that is shipped can be shown, and means the same: it has
// the same form after it is parsed and written again.
func TestDescribeAll(t *testing.T) {
	d, _ := Open(Options{})
	all := d.Describe(always)
	if len(all) < 5000 {
		t.Errorf("only %d prototypes", len(all))
	}
	for _, x := range append(all, UsedTypes(all)...) {
		if !x.Shipped || x.Text == "" || syntax.Format(x.Text) != x.Text {
			t.Errorf("%s: %q", x.Origin(), x.Text)
		}
	}
}

// TestCheckPath: CheckPath reports each error with its place, for a file and for a
// directory.
func TestCheckPath(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.conf": "int f(x;\nint g(nosuch);\n", "b.conf": "int h(int);\n", "c.txt": "not one"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]int{dir: 2, dir + "/a.conf": 2, dir + "/b.conf": 0, dir + "/c.txt": 1, dir + "/none": 1} {
		errs := CheckPath(path)
		if len(errs) != want {
			t.Errorf("%s: %v, want %d errors", path, errs, want)
		}
		for _, err := range errs {
			if !strings.HasPrefix(err.Error(), path) && !strings.Contains(err.Error(), dir) {
				t.Errorf("%v does not tell where", err)
			}
		}
	}
}

// FuzzDescribe shows whatever can be parsed, with the types that it uses.
func FuzzDescribe(f *testing.F) {
	f.Add("struct s { s* next; t* other; }\ntypedef t = switch(elt1) { 1: s; default: f; };\nflags f { include g; mask 3 h }\nint f(s*, t)")
	f.Add("enum g { A; include g }\nint x(g, enum[g](B), also(g, \"w\", s))\nconst C 4;")
	f.Fuzz(func(t *testing.T, text string) {
		bound.Input(t, func() {
			list := Scan("fuzz", text, embeddedTypes).describe("", always)
			for _, x := range append(list, UsedTypes(list)...) {
				if syntax.Format(x.Text) != x.Text {
					t.Errorf("%q is formatted to %q", x.Text, syntax.Format(x.Text))
				}
			}
		})
	})
}
