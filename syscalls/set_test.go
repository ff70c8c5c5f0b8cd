package syscalls

import (
	"slices"
	"strings"
	"testing"

	"plait/arch"
	"plait/bound"
	"plait/event"
)

func native() *Table { return For(arch.AMD64, 0) }

// TestSet shows which of amd64's calls a set has and lacks.
func TestSet(t *testing.T) {
	for _, test := range []struct{ text, in, out string }{
		{"write", "write", "read pwrite64"},
		{"read,write", "read write", "open"},
		{",read,,write,", "read write", "open"},
		{"SYS_write", "write", "read"},
		{"0", "read", "write"},
		{"0,1", "read write", "open"},
		{"!write", "read open", "write"},
		{"!!write", "write", "read open"},
		{"!read,write", "open", "read write"},
		{"all", "read write clone3", ""},
		{"!all", "", "read write clone3"},
		{"none", "", "read write clone3"},
		{"!none", "read write clone3", ""},
		{"all,read", "read write", ""},
		{"/^p?read", "read readv pread64 readlink", "write"},
		{"/at$", "openat stat fstat", "open"},
		{"/^(open|close)$", "open close", "openat"},
		{"/^s[[:alpha:]]*t$", "stat", "fstat"},
		{"%file", "openat execve statx", "read"},
		{"file", "openat execve statx", "read"},
		{"%net", "socket connect", "read"},
		{"%network", "socket connect", "read"},
		{"network", "socket connect", "read"},
		{"%%stat", "stat lstat fstat newfstatat", "statfs"},
		{"!%file,read", "write", "open read"},
		{"?nosuchcall,read", "read", "write"},
		{"?nosuchcall", "", "read write"},
		{"?/^nosuch", "", "read write"},
		{"read@64", "read", "write"},
		{"read@x32", "", "read"},
		{"write@64,read@32", "write", "read"},
	} {
		s, err := ParseSet(test.text, native())
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		checkSet(t, s, test.text, test.in, true)
		checkSet(t, s, test.text, test.out, false)
	}
}

func checkSet(t *testing.T, s *Set, text, names string, want bool) {
	t.Helper()
	for _, name := range strings.Fields(names) {
		nr, ok := native().Number(name)
		if !ok {
			t.Fatalf("no system call %s", name)
		}
		if s.Has(nr) != want || slices.Contains(s.Numbers(), nr) != want {
			t.Errorf("%q: %s: Has says %v, Numbers %v, want %v", text, name, s.Has(nr), slices.Contains(s.Numbers(), nr), want)
		}
	}
}

// TestSetErrors: sets without a meaning are refused in strace's words.
func TestSetErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "invalid system call ''",
		"!":                       "invalid system call '!'",
		",":                       "invalid system call ','",
		"@64":                     "invalid system call '@64'",
		"nosuch":                  "invalid system call 'nosuch'",
		"read,none":               "invalid system call 'none'",
		"read,nosuch":             "invalid system call 'nosuch'",
		"read,!write":             "invalid system call '!write'",
		"%nosuch":                 "invalid system call '%nosuch'",
		"4096":                    "invalid system call '4096'",
		"-1":                      "invalid system call '-1'",
		"1e400":                   "invalid system call '1e400'",
		"/nosuchcall":             "invalid system call '/nosuchcall'",
		"/(":                      "invalid system call '/(': regular expression: missing closing ): `(`",
		"chdir@foo":               "incorrect personality designator 'foo' in qualification 'chdir@foo'",
		"_llseek@64":              "invalid system call '_llseek@64'",
		"?chdir@foo":              "incorrect personality designator 'foo' in qualification 'chdir@foo'",
		"99999999999999999999999": "invalid system call '99999999999999999999999'",
	} {
		if _, err := ParseSet(text, native()); err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
}

// TestSetConventions: one Set answers for the calls of each convention that a 64-bit
// program can use.
func TestSetConventions(t *testing.T) {
	s, err := ParseSet("write,getpid@32,chdir@x32", native())
	if err != nil {
		t.Fatal(err)
	}
	old := For(arch.AMD64, arch.I386.Audit)
	for _, test := range []struct {
		table *Table
		name  string
		flag  uint64
		want  bool
	}{
		{native(), "write", 0, true},
		{native(), "write", x32Bit, true},
		{old, "write", 0, true},
		{native(), "getpid", 0, false},
		{old, "getpid", 0, true},
		{native(), "chdir", 0, false},
		{native(), "chdir", x32Bit, true},
		{old, "chdir", 0, false},
	} {
		nr, _ := test.table.Number(test.name)
		if got := s.HasIn(test.table, nr|test.flag); got != test.want {
			t.Errorf("%s of %q, bit %#x: %v", test.name, test.table.ABI(nr|test.flag), test.flag, got)
		}
		c := &event.Call{Kind: event.System, Name: test.name, Number: int(nr | test.flag), ABI: test.table.ABI(nr | test.flag)}
		if got := s.HasCall(c); got != test.want {
			t.Errorf("the call %+v: %v", c, got)
		}
	}
	if chdir, _ := native().Number("chdir"); !slices.Contains(s.Numbers(), chdir|x32Bit) {
		t.Errorf("x32's chdir is not in %v", s.Numbers())
	}
}

// TestHasCall: a call that another one has led to is in a Set by its own name, and no
// library call is in a Set.
func TestHasCall(t *testing.T) {
	s, err := ParseSet("connect", native())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		call event.Call
		want bool
	}{
		{event.Call{Kind: event.System, Name: "connect", Number: nrSocketcall, ABI: "32"}, true},
		{event.Call{Kind: event.System, Name: "bind", Number: nrSocketcall, ABI: "32"}, false},
		{event.Call{Kind: event.System, Name: "socketcall", Number: nrSocketcall, ABI: "32"}, false},
		{event.Call{Kind: event.System, Number: -1}, false},
		{event.Call{Kind: event.Library, Name: "connect", Number: -1}, false},
	} {
		if got := s.HasCall(&test.call); got != test.want {
			t.Errorf("%+v: %v", test.call, got)
		}
	}
	var all *Set
	if !all.HasCall(&event.Call{Kind: event.System}) || all.HasCall(&event.Call{Kind: event.Library}) {
		t.Error("all system calls are not in the Set of all")
	}
}

// TestSetBeyond: numbers that are in no table, and absurd ones, belong to what is left
// over.
func TestSetBeyond(t *testing.T) {
	for text, want := range map[string]bool{"all": true, "!write": true, "write": false, "none": false, "!all": false, "all,read": true, "all@64": false} {
		s, err := ParseSet(text, native())
		if err != nil {
			t.Fatal(err)
		}
		for _, nr := range []uint64{maxNumber + 1, 1 << 29, 1<<63 + 5, ^uint64(0)} {
			if s.Has(nr) != want || s.Rest() != want {
				t.Errorf("%q: %#x: %v, rest %v", text, nr, s.Has(nr), s.Rest())
			}
		}
	}
	if s, err := ParseSet("1234", native()); err != nil || !s.Has(1234) || !slices.Equal(s.Numbers(), []uint64{1234, 1234 | x32Bit}) {
		t.Errorf("a number beyond the tables: %v, %v", s, err)
	}
	if s, err := ParseSet("!write", native()); err != nil || !slices.Contains(s.Numbers(), 4000) {
		t.Errorf("numbers beyond the tables are not among the others: %v", err)
	}
	var all *Set
	if !all.Has(1) || !all.HasIn(native(), 1) || !all.Rest() {
		t.Error("a nil Set does not hold everything")
	}
}

// TestSignalSet shows which signals a set has.
func TestSignalSet(t *testing.T) {
	for _, test := range []struct {
		text    string
		in, out []int
	}{
		{"SIGCHLD", []int{17}, []int{1, 16, 18}},
		{"chld,Hup", []int{17, 1}, []int{2}},
		{"!chld", []int{1, 2, 64}, []int{17}},
		{"none", nil, []int{1, 17}},
		{"all", []int{1, 17, 64}, nil},
		{"!all", nil, []int{1, 17, 64}},
		{"9,15", []int{9, 15}, []int{17}},
		{"rtmin", []int{32}, []int{33}},
		{"255", []int{255}, []int{1, 256, -1, 1 << 40}},
	} {
		s, err := ParseSignals(test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		for _, n := range test.in {
			if !s.Has(n) {
				t.Errorf("%q has not %d", test.text, n)
			}
		}
		for _, n := range test.out {
			if s.Has(n) {
				t.Errorf("%q has %d", test.text, n)
			}
		}
	}
	for _, text := range []string{"", "!", "SIGNOSUCH", "256", "-1", "chld,nosuch", "chld,none", "all,chld"} {
		if _, err := ParseSignals(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	if all := (*Signals)(nil); !all.Has(17) {
		t.Error("nil Signals do not hold everything")
	}
}

// FuzzSet: no text of a set panics. A set and its complement have nothing in common,
// and together have everything.
func FuzzSet(f *testing.F) {
	for _, seed := range []string{"read,write", "!%file", "/^a(b|c)*$", "?x@32", "all", "!!!none,,5", "/[", "@", "/\xff"} {
		f.Add(seed)
	}
	table := native()
	f.Fuzz(func(t *testing.T, text string) {
		bound.Input(t, func() {
			s, err := ParseSet(text, table)
			other, otherErr := ParseSet("!"+text, table)
			if (err == nil) != (otherErr == nil) {
				t.Fatalf("%q: %v, complement: %v", text, err, otherErr)
			}
			if err != nil {
				return
			}
			numbers := s.Numbers()
			for nr := range uint64(maxNumber + 10) {
				_, listed := slices.BinarySearch(numbers, nr)
				if s.Has(nr) == other.Has(nr) || nr <= maxNumber && s.Has(nr) != listed {
					t.Fatalf("%q: %d is in both or neither, or Numbers differ", text, nr)
				}
			}
			_, _ = ParseSignals(text)
		})
	})
}
