package proto

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
)

// write makes a file in a temporary directory and returns its path.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLookup shows which prototype wins: that of -F, the user's, the library's own, any
// other library's, the system's.
func TestLookup(t *testing.T) {
	dir := t.TempDir()
	first := write(t, dir, "first.conf", "void puts(int first);\n")
	user := write(t, dir, "user.conf", "void puts(int user);\nvoid own(int user);\nimport \"more\"\n")
	write(t, dir, "more.conf", "typedef imported = hex(int);\nvoid more(imported more);\n")
	write(t, dir, "home/libc.so.6.conf", "void strlen(int exact);\n")
	write(t, dir, "home/libz.so.conf", "void strlen(int cut);\n")
	system := write(t, dir, "system.conf", "void malloc(int system);\nvoid only_here(int system);\n")
	d, errs := Open(Options{
		Files:  []string{first},
		User:   []string{filepath.Join(dir, "home"), user, filepath.Join(dir, "missing")},
		System: []string{system},
	})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	tests := []struct{ object, symbol, param string }{
		{"libc.so.6", "puts", "first"},
		{"", "puts", "first"},
		{"libc.so.6", "own", "user"},
		{"libc.so.6", "more", "more"},
		{"libc.so.6", "strlen", "exact"},
		{"libz.so.1.2", "strlen", "cut"},
		{"libfoo.so.1", "strlen", "s"},
		{"ld-musl-x86_64.so.1", "strlen", "s"},
		{"", "malloc", "size"},
		{"libc.so.6", "only_here", "system"},
		{"libm.so.6", "sin", "x"},
		{"libc.so.6", "nobody_knows", ""},
	}
	for _, test := range tests {
		p := d.Lookup(test.object, test.symbol)
		got := ""
		if p != nil {
			got = p.Params[0].Name
		}
		if got != test.param {
			t.Errorf("%s in %q: parameter %q, want %q", test.symbol, test.object, got, test.param)
		}
	}
}

// TestOpenErrors shows that errors are reported and the rest is used.
func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	bad := write(t, dir, "bad.conf", "int good(int a);\nint bad(nosuch a);\nimport \"nowhere\"\n")
	missing := filepath.Join(dir, "missing.conf")
	write(t, dir, "libx.so.conf", "int x(\n")
	d, errs := Open(Options{Files: []string{bad, missing, dir}})
	var got []string
	for _, err := range errs {
		got = append(got, strings.ReplaceAll(err.Error(), dir, "DIR"))
	}
	want := []string{
		"stat DIR/missing.conf: no such file or directory",
		"DIR/bad.conf:2:9: unknown type nosuch",
		`DIR/bad.conf:3:1: import "nowhere": no such file`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if d.Lookup("", "good") == nil || d.Lookup("", "bad") != nil {
		t.Error("good is lost, or bad is there")
	}
	d.Lookup("libx.so.1", "x")
	if errs := d.Errors(); len(errs) != 1 || !strings.Contains(errs[0].Error(), "libx.so.conf:1:7: ") {
		t.Errorf("of libx: %v", errs)
	}
	if errs := d.Errors(); len(errs) != 0 {
		t.Errorf("told again: %v", errs)
	}
}

// TestPaths has ltrace's places and ours.
func TestPaths(t *testing.T) {
	env := map[string]string{"HOME": "/h", "XDG_CONFIG_DIRS": "/a:/b"}
	user, system := Paths(func(name string) string { return env[name] })
	got := strings.Join(user, " ") + "\n" + strings.Join(system, " ")
	want := "/h/.config/plait /h/.config/ltrace /h/.plait.conf /h/.ltrace /h/.ltrace.conf\n" +
		"/a/plait /a/ltrace /b/plait /b/ltrace /etc/plait.conf /usr/share/ltrace /etc/ltrace.conf"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestUnknown shows the words of calls without a prototype.
func TestUnknown(t *testing.T) {
	w := newWorld()
	w.words = []uint64{1, ^uint64(0), 0x123456, 4, 5, 6}
	tests := []struct {
		kind event.CallKind
		want string
	}{
		{event.Library, "1, -1, 0x123456, 4"},
		{event.System, "0x1, 0xffffffffffffffff, 0x123456, 0x4, 0x5, 0x6"},
	}
	for _, test := range tests {
		w.s.Kind = test.kind
		p := decode.Unknown(test.kind)
		args, held := p.Enter(&w.s)
		if got := renderArgs(args); got != test.want || held || !p.Guess {
			t.Errorf("got %s, want %s", got, test.want)
		}
		if _, v := p.Return(&w.s, args, decode.Result{Int: [2]uint64{^uint64(1)}}); render(v) != "-2" {
			t.Errorf("result %s", render(v))
		}
	}
}

// TestShipped decodes calls by the shipped prototypes.
func TestShipped(t *testing.T) {
	d, _ := Open(Options{})
	w := newWorld()
	w.mem[0x1000] = []byte("testing\x00")
	w.mem[0x2000] = []byte("%s %d\x00")
	tests := []struct {
		symbol string
		words  []uint64
		result uint64
		want   string
	}{
		{"malloc", []uint64{100}, 0xa9f010, "malloc(100) = 0xa9f010"},
		{"strcat", []uint64{0x1007, 0x1000}, 0x1000, `strcat("", "testing") = "testing"`},
		{"puts", []uint64{0x1000}, 8, `puts("testing") = 8`},
		{"free", []uint64{0xa9f010}, 0, "free(0xa9f010) = <void>"},
		{"__libc_start_main", []uint64{0x401000, 1, 0x7ffd0, 0, 0}, 0, "__libc_start_main(main, 1, 0x7ffd0, NULL, NULL) = 0"},
		{"__printf_chk", []uint64{1, 0x2000, 0x1000, 7}, 9, `__printf_chk(1, "%s %d", "testing", 7) = 9`},
		{"__memcpy_chk", []uint64{0x5000, 0x1000, 4, 8}, 0x5000, `__memcpy_chk(0x5000, "test", 4, 8) = 0x5000`},
		{"__memcpy_chk", []uint64{0x5000, 0x1000, 4, ^uint64(0)}, 0x5000, `__memcpy_chk(0x5000, "test", 4, -1) = 0x5000`},
		{"malloc", []uint64{^uint64(0)}, 0, "malloc(18446744073709551615) = NULL"},
		{"open", []uint64{0x1000, 0x241, 0o644}, 3, `open(path "testing", O_WRONLY|O_CREAT|O_TRUNC, 0644) = fd:3`},
		{"open", []uint64{0x1000, 0x80000, 0xdeadbeef}, 3, `open(path "testing", O_RDONLY|O_CLOEXEC) = fd:3`},
		{"fwrite", []uint64{0x1000, 1, 4, 0x77}, 4, `fwrite("test", 1, 4, 0x77) = 4`},
		{"getc", []uint64{0x77}, ^uint64(0), "getc(0x77) = EOF"},
		{"setlocale", []uint64{6, 0x1007}, 0x1000, `setlocale(LC_ALL, "") = "testing"`},
		{"fcntl", []uint64{3, 2, 1}, 0, "fcntl(fd:3, F_SETFD, FD_CLOEXEC) = 0"},
		{"pthread_mutex_trylock", []uint64{0x5000}, 16, "pthread_mutex_trylock(0x5000) = EBUSY"},
		{"_Znwm", []uint64{8}, 0x5000, "_Znwm(8) = 0x5000"},
		{"memcmp", []uint64{0x1000, 0x1004, 3}, 0, `memcmp("tes", "ing", 3) = 0`},
		{"__isoc23_strtoull_l", []uint64{0x1000, 0, 10, 0x77}, 0, `__isoc23_strtoull_l("testing", NULL, 10, 0x77) = 0`},
		{"openat2", []uint64{3, 0x1000, 0x5000, 24}, ^uint64(0), `openat2(fd:3, path "testing", unread 0x5000, 24) = fd:-1`},
		{"memset_explicit", []uint64{0x5000, 'x', 3}, 0x5000, `memset_explicit(0x5000, 'x', 3) = 0x5000`},
		{"stdc_leading_zeros_ul", []uint64{0x10}, 59, `stdc_leading_zeros_ul(0x10) = 59`},
	}
	for _, test := range tests {
		p := d.Lookup("", test.symbol)
		if p == nil {
			t.Errorf("%s: no prototype", test.symbol)
			continue
		}
		w.words = test.words
		args, _ := p.Enter(&w.s)
		args, v := p.Return(&w.s, args, decode.Result{Int: [2]uint64{test.result}})
		got := test.symbol + "(" + renderArgs(args) + ") = " + render(v)
		if got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
	for symbol, never := range map[string]bool{"exit": true, "longjmp": true, "__cxa_throw": true, "malloc": false} {
		if p := d.Lookup("", symbol); p == nil || p.NoReturn != never {
			t.Errorf("%s: NoReturn is not %v", symbol, never)
		}
	}
}

// BenchmarkOpen measures what start-up costs: an index and one lookup.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		d, _ := Open(Options{Types: Embedded(arch.AMD64)})
		if d.Lookup("libc.so.6", "malloc") == nil {
			b.Fatal("no malloc")
		}
	}
}

// BenchmarkCall measures what decoding one call costs.
func BenchmarkCall(b *testing.B) {
	d, _ := Open(Options{})
	mem := &flat{base: 0x1000, b: []byte("testing\x00" + strings.Repeat("x", 4088))}
	for _, name := range []string{"malloc", "puts", "open", "read"} {
		p := d.Lookup("", name)
		words := []uint64{0x1000, 0x1000, 8, 0, 0, 0}
		s := decode.Source{Arch: arch.AMD64, Memory: mem, Int: func(i int) uint64 { return words[i] }}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				args, _ := p.Enter(&s)
				p.Return(&s, args, decode.Result{Int: [2]uint64{8}})
			}
		})
	}
}

// flat is one piece of memory.
type flat struct {
	base uint64
	b    []byte
}

func (f *flat) ReadAt(b []byte, off int64) (int, error) {
	i := uint64(off) - f.base
	if i >= uint64(len(f.b)) {
		return 0, os.ErrInvalid
	}
	return copy(b, f.b[i:]), nil
}

// TestLookupSystem: prototypes of system calls are in syscalls.conf of a directory, and
// as SYS_name in files for everything. The first place that has one counts.
func TestLookupSystem(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "d/syscalls.conf", "int close(int);\nint SYS_read(int, int);\n")
	write(t, dir, "d/libc.so.conf", "int open(int);\n")
	write(t, dir, "f.conf", "int SYS_close(int, int);\nint write(int);\nint SYS_dup(int);\n")
	d, errs := Open(Options{Files: []string{filepath.Join(dir, "d"), filepath.Join(dir, "f.conf")}})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for name, want := range map[string]int{"close": 1, "read": 2, "dup": 1, "open": -1, "write": -1, "SYS_close": -1, "": -1} {
		got := -1
		if p := d.LookupSystem(name); p != nil {
			got = p.Len()
		}
		if got != want {
			t.Errorf("%s: %d parameters, want %d", name, got, want)
		}
	}
}
