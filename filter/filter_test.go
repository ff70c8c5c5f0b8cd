package filter

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plait/bound"
)

var (
	program   = Object{Path: "/home/u/t-gcc", Main: true}
	libc      = Object{Soname: "libc.so.6", Path: "/lib/x86_64-linux-gnu/libc.so.6"}
	libm      = Object{Soname: "libm.so.6", Path: "/lib/x86_64-linux-gnu/libm.so.6"}
	libstdcxx = Object{Soname: "libstdc++.so.6", Path: "/usr/lib/libstdc++.so.6.0.30"}
	libLLVM   = Object{Soname: "libLLVM-14.so.1", Path: "/lib/libLLVM-14.so.1"}
	loader    = Object{Soname: "ld-linux-x86-64.so.2", Path: "/lib64/ld-linux-x86-64.so.2"}
	plugin    = Object{Path: "/opt/my-plugin"}
	objects   = []Object{program, libc, libm, libstdcxx, libLLVM, loader, plugin}
)

// TestFilter: of the symbols malloc, free and puts (with a version) in all of the
// objects above, each filter chooses those listed.
func TestFilter(t *testing.T) {
	tests := []struct{ filter, want string }{
		// ltrace(1), FILTER EXPRESSIONS
		{"malloc", "malloc: t-gcc libc.so.6 libm.so.6 libstdc++.so.6 libLLVM-14.so.1 ld-linux-x86-64.so.2 my-plugin"},
		{"@MAIN", "malloc free puts: t-gcc"},
		{"malloc@MAIN", "malloc: t-gcc"},
		{"malloc+free@MAIN", "malloc: t-gcc libc.so.6 libm.so.6 libstdc++.so.6 libLLVM-14.so.1 ld-linux-x86-64.so.2 my-plugin, free: t-gcc"},
		{"@MAIN-malloc", "free puts: t-gcc"},
		{"malloc@MAIN+free@libc.so.6", "malloc: t-gcc, free: libc.so.6"},
		{"-@lib*-@ld*-@my*", "malloc free puts: t-gcc"},
		{"!@lib*-@ld*-@my*", "malloc free puts: t-gcc"},
		{"+@libc.so.6-@MAIN", "malloc free puts: libc.so.6"},
		{"-malloc+malloc@MAIN-@l*-@my*", "malloc free puts: t-gcc"},
		{"/m.*c/@/lib[cm]\\.so\\.6/", "malloc: libc.so.6 libm.so.6"},
		{"/m.*c@lib[cm].*/", "malloc: libc.so.6 libm.so.6"},
		{"@[M]AIN", ""},
		{"*@libc*", "malloc free puts: libc.so.6"},
		// what it promises and does not do
		{"@/lib/x86_64-linux-gnu/libm.so.6", "malloc free puts: libm.so.6"},
		{"@/lib/x86_64-linux-gnu/lib[cm].so.6-malloc", "free puts: libc.so.6 libm.so.6"},
		{"@/usr/lib/*", "malloc free puts: libstdc++.so.6"},
		{"puts@t-gcc", "puts: t-gcc"},
		{"puts@libLLVM-14.so.1", "puts: libLLVM-14.so.1"},
		{"@libstdc++.so.6", "malloc free puts: libstdc++.so.6"},
		{"@libstdc++*", "malloc free puts: libstdc++.so.6"},
		{"@libstdc++.so.6.0.30", "malloc free puts: libstdc++.so.6"},
		{"@libstdc++.so.6-malloc-free", "puts: libstdc++.so.6"},
		{"@ld-linux-x86-64.so.2-malloc+puts@MAIN", "free: ld-linux-x86-64.so.2, puts: t-gcc ld-linux-x86-64.so.2"},
		{"@libLLVM-14.so.1+@MAIN", "malloc free puts: t-gcc libLLVM-14.so.1"},
		{"@t-gcc+@my-plugin-puts@my-plugin", "malloc free puts: t-gcc, malloc free: my-plugin"},
		{"@my-plugin-puts@my-plugin", "malloc free: my-plugin"},
		{`@my\-plugin`, "malloc free puts: my-plugin"},
		{"@my[-]plugin", "malloc free puts: my-plugin"},
		{"@MAIN-/.*l.*/", "free puts: t-gcc"},
		{"@lib*-x.so.6+@MAIN", "malloc free puts: t-gcc"},
		// beyond it
		{"malloc@MAIN,free@libc.so.6", "malloc: t-gcc, free: libc.so.6"},
		{"@MAIN-malloc,free", "puts: t-gcc"},
		{"@MAIN,@libc.so.6", "malloc free puts: t-gcc libc.so.6"},
		{"libc.so.6->malloc", "malloc: libc.so.6"},
		{"libc.so.6->", "malloc free puts: libc.so.6"},
		{"libstdc++.so.6->puts", "puts: libstdc++.so.6"},
		{"puts@MAIN+libstdc++.so.6->f*", "puts: t-gcc, free: libstdc++.so.6"},
		{"MAIN->malloc+libc.so.6->free-MAIN->m*", "free: libc.so.6"},
		{`my\-plugin->puts,/libm.*/->/[mf].*/`, "puts: my-plugin, malloc free: libm.so.6"},
	}
	for _, test := range tests {
		f, err := Parse(test.filter)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if got := chosen(f); got != chosenAs(test.want) {
			t.Errorf("filter %q:\n got %s\nwant %s", test.filter, got, chosenAs(test.want))
		}
	}
}

// chosen lists what f chooses, "object symbols;" for each object.
func chosen(f *Filter) string {
	var out strings.Builder
	for _, obj := range objects {
		var symbols []string
		for _, symbol := range []string{"malloc@GLIBC_2.2.5", "free", "puts@@GLIBC_2.2.5"} {
			if f.Match(obj, symbol) {
				name, _, _ := strings.Cut(symbol, "@")
				symbols = append(symbols, name)
			}
		}
		writeChosen(&out, obj, symbols)
	}
	return out.String()
}

// chosenAs converts "symbols: objects, symbols: objects" to chosen's form.
func chosenAs(want string) string {
	bySoname := map[string]string{}
	for part := range strings.SplitSeq(want, ", ") {
		symbols, names, _ := strings.Cut(part, ": ")
		for _, name := range strings.Fields(names) {
			bySoname[name] += " " + symbols
		}
	}
	var out strings.Builder
	for _, obj := range objects {
		writeChosen(&out, obj, strings.Fields(bySoname[obj.names()[0]]))
	}
	return out.String()
}

func writeChosen(out *strings.Builder, obj Object, symbols []string) {
	if len(symbols) > 0 {
		out.WriteString(obj.names()[0] + " " + strings.Join(symbols, " ") + "; ")
	}
}

func TestFilterErrors(t *testing.T) {
	tests := []struct{ filter, want string }{
		{"", `filter "": empty`},
		{"malloc+", `filter "malloc+": a sign or comma without a name`},
		{"malloc,,free", `filter "malloc,,free": a sign or comma without a name`},
		{"-", `filter "-": a sign or comma without a name`},
		{"/malloc", `filter "/malloc": missing / at the end of a regular expression`},
		{"/malloc/x", `filter "/malloc/x": unexpected "x" behind a regular expression`},
		{"/malloc@x/@y", `filter "/malloc@x/@y": unexpected "@y" behind a regular expression`},
		{"a->b@c", `filter "a->b@c": a second library in one rule`},
		{"a@b@c", `filter "a@b@c": a second @ in one rule`},
		{`/\(/`, `filter "/\\(/": bad pattern: missing closing )`},
		{"x@/[/", `filter "x@/[/": bad pattern: missing ]`},
	}
	for _, test := range tests {
		_, err := Parse(test.filter)
		if err == nil || err.Error() != test.want {
			t.Errorf("Parse(%q): error %v, want %q", test.filter, err, test.want)
		}
	}
}

func TestParseLibrary(t *testing.T) {
	tests := []struct{ pattern, want string }{
		{"libc.so.6", "malloc free puts: libc.so.6"},
		{"lib[cm].so*", "malloc free puts: libc.so.6 libm.so.6"},
		{"/libs.*/", "malloc free puts: libstdc++.so.6"},
		{"libstdc++.so.6", "malloc free puts: libstdc++.so.6"},
		{"libLLVM-14.so.1", "malloc free puts: libLLVM-14.so.1"},
		{"/lib/x86_64-linux-gnu/libc.so.6", "malloc free puts: libc.so.6"},
		{"MAIN", "malloc free puts: t-gcc"},
		{"libc.so.6+libm.so.6", ""},
	}
	for _, test := range tests {
		f, err := ParseLibrary(test.pattern)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := chosen(f); got != chosenAs(test.want) {
			t.Errorf("library %q: got %s, want %s", test.pattern, got, chosenAs(test.want))
		}
	}
	for _, bad := range []string{"", "/[/"} {
		if _, err := ParseLibrary(bad); err == nil {
			t.Errorf("ParseLibrary(%q): no error", bad)
		}
	}
}

// TestFilterSameFile: a path names a file, however it is spelt.
func TestFilterSameFile(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.Mkdir(real, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(real, "libx.so"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	f, err := Parse("@" + link + "/libx.so")
	if err != nil {
		t.Fatal(err)
	}
	if !f.Match(Object{Path: real + "/libx.so"}, "f") {
		t.Error("the file is not found by way of a link")
	}
	if f.Match(Object{Path: real + "/liby.so"}, "f") {
		t.Error("another file matches")
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{"malloc", "@MAIN-/x@y/", "a@b-c+d@e,f", `\`, "[", "/[]/", `/\(a*\)\{2\}/`, "@/lib/x-y/z.so"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		bound.Input(t, func() {
			filter, err := Parse(text)
			if err != nil {
				return
			}
			if filter.String() != text {
				t.Errorf("%q became %q", text, filter)
			}
			filter.Match(libc, text)
			if lib, err := ParseLibrary(text); err == nil {
				lib.Match(Object{Soname: text}, "malloc")
			}
		})
	})
}
