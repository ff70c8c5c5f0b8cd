package filter

import (
	"slices"
	"strings"
	"testing"
)

// defines lists what the libraries of these tests define.
var defines = map[string][]string{
	"libc.so.6": {"malloc", "free", "puts"},
	"libm.so.6": {"cos"},
}

// options makes a Choice from a command line such as "-e malloc -L".
func options(t *testing.T, line string) *Choice {
	t.Helper()
	var c Choice
	words := strings.Fields(line)
	for len(words) > 0 {
		option := words[0]
		words = words[1:]
		if option == "-L" {
			c.NoDefault = true
			continue
		}
		parse, list := Parse, &c.Calls
		switch option {
		case "-l":
			parse, list = ParseLibrary, &c.Exports
		case "-x":
			list = &c.Functions
		}
		f, err := parse(words[0])
		if err != nil {
			t.Fatal(err)
		}
		*list = append(*list, f)
		words = words[1:]
	}
	return &c
}

// selected returns which of symbols s chooses, "nil" for a nil Selector.
func selected(s Selector, symbols ...string) string {
	if s == nil {
		return "nil"
	}
	return strings.Join(slices.DeleteFunc(symbols, func(symbol string) bool { return !s(symbol) }), " ")
}

// exporters returns those of libc and libm that c asks about.
func exporters(c *Choice) []Exports {
	var all []Exports
	for _, obj := range []Object{libc, libm} {
		if c.IsExporter(obj) {
			all = append(all, Exports{obj, func(symbol string) bool {
				return slices.Contains(defines[obj.Soname], symbol)
			}})
		}
	}
	return all
}

// TestChoice: with some options, the calls of malloc, free and cos that are traced:
// those that the program and libm make, and those of functions that libc defines.
func TestChoice(t *testing.T) {
	tests := []struct{ options, program, libm, functions string }{
		{"", "malloc free cos", "nil", "nil"},
		{"-L", "nil", "nil", "nil"},
		{"-e malloc", "malloc", "malloc", "nil"},
		{"-e malloc -e free@MAIN", "malloc free", "malloc", "nil"},
		{"-e @MAIN-malloc", "free cos", "nil", "nil"},
		{"-l libc.so.6", "malloc free", "malloc free", "nil"},
		{"-l libm*", "cos", "cos", "nil"},
		{"-l libc.so.6->m*", "malloc", "malloc", "nil"},
		{"-l libm*->malloc", "", "", "nil"},
		{"-x libc.so.6->free", "malloc free cos", "nil", "free"},
		{"-l lib[cm].so.6 -L", "malloc free cos", "malloc free cos", "nil"},
		{"-l libm* -e free@MAIN", "free cos", "cos", "nil"},
		{"-l nosuch", "nil", "nil", "nil"},
		{"-x malloc", "malloc free cos", "nil", "malloc"},
		{"-x *@libc* -L", "nil", "nil", "malloc free cos"},
		{"-x malloc@libm* -L", "nil", "nil", "nil"},
	}
	for _, test := range tests {
		c := options(t, test.options)
		symbols := func() []string { return []string{"malloc", "free", "cos"} }
		got := [3]string{
			selected(c.CallsOf(program, exporters(c)), symbols()...),
			selected(c.CallsOf(libm, exporters(c)), symbols()...),
			selected(c.FunctionsOf(libc), symbols()...),
		}
		if want := [3]string{test.program, test.libm, test.functions}; got != want {
			t.Errorf("%s: got %q, want %q", test.options, got, want)
		}
	}
}

// TestUnmatched: a filter that matched nothing is reported, with the reason.
func TestUnmatched(t *testing.T) {
	tests := []struct {
		options string
		want    []string
	}{
		{"", nil},
		{"-e malloc -x malloc -l libc*", nil},
		{"-e -malloc", nil},
		{"-e malloc -e nosuch", []string{"-e nosuch: nothing was traced for it: no object that it means calls such a function"}},
		{"-e malloc@libz*", []string{"-e malloc@libz*: nothing was traced for it: no such object was loaded"}},
		{"-l libz*", []string{"-l libz*: nothing was traced for it: no such object was loaded"}},
		{"-e mallco", []string{"-e mallco: nothing was traced for it: no object that it means calls such a function; did you mean malloc?"}},
		{"-x putc", []string{"-x putc: nothing was traced for it: no object that it means defines such a function; did you mean puts?"}},
		{"-e openat", []string{"-e openat: nothing was traced for it: no object that it means calls such a function; openat is a system call: -e trace=openat"}},
		{"-e SYS_brk", []string{"-e SYS_brk: nothing was traced for it: no object that it means calls such a function; brk is a system call: -e trace=brk"}},
		{"-e found", []string{"-e found: nothing was traced for it: no object that it means calls such a function; -x found sees libc.so.6's, whoever calls it and how"}},
		{"-l libc", []string{"-l libc: nothing was traced for it: no such object was loaded; did you mean libc.so.6?"}},
		{"-e malloc@libc.so.7", []string{"-e malloc@libc.so.7: nothing was traced for it: no such object was loaded; did you mean libc.so.6?"}},
		{"-e zzz*", []string{"-e zzz*: nothing was traced for it: no object that it means calls such a function"}},
		{"-l libm*", []string{"-l libm*: nothing was traced for it: nothing of it is called by the traced objects"}},
		{"-x nosuch", []string{"-x nosuch: nothing was traced for it: no object that it means defines such a function"}},
		{"-L -x f@libz -e g@libz", []string{
			"-e g@libz: nothing was traced for it: no such object was loaded",
			"-x f@libz: nothing was traced for it: no such object was loaded",
		}},
	}
	for _, test := range tests {
		c := options(t, test.options)
		for _, obj := range []Object{program, libc} {
			c.Defined(obj, func(symbol string) bool { return symbol == "found" && obj == libc })
			selected(c.CallsOf(obj, exporters(c)), "malloc", "free")
			selected(c.FunctionsOf(obj), "malloc", "free", "puts")
		}
		if got := c.Unmatched(false); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.options, got, test.want)
		}
		for _, line := range c.Unmatched(true) {
			if _, why, _ := strings.Cut(line, ": "); why != "nothing was traced for it before plait was interrupted" {
				t.Errorf("%s, interrupted: %q", test.options, line)
			}
		}
	}
}

// TestKnown: functions chosen by what is known of them come in place of the default, and
// beside those that the user names.
func TestKnown(t *testing.T) {
	libc, other := Object{Soname: "libc.so.6"}, Object{Soname: "libother.so"}
	named, err := Parse("puts")
	if err != nil {
		t.Fatal(err)
	}
	c := Choice{Functions: []*Filter{named}, Known: func(o Object) Selector {
		if o.Soname != "libc.so.6" {
			return nil
		}
		return func(symbol string) bool { return symbol == "malloc" }
	}}
	if !c.Any() || c.CallsOf(Object{Main: true}, nil) != nil {
		t.Error("calls of the program are chosen")
	}
	in := c.FunctionsOf(libc)
	if !in("malloc") || !in("puts") || in("free") {
		t.Error("libc")
	}
	if in := c.FunctionsOf(other); in("malloc") || !in("puts") {
		t.Error("other")
	}
}
