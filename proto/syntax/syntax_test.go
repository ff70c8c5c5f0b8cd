package syntax

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestFormat formats one example of each construct of ltrace.conf(5) and of each
// spelling of C, one a line.
func TestFormat(t *testing.T) {
	want := Split(readFile(t, "testdata/constructs.golden"))
	i := 0
	for in := range strings.Lines(readFile(t, "testdata/constructs.conf")) {
		got := Format(in)
		if i >= len(want) || got != want[i].Text {
			t.Fatalf("%s\ngot  %s", in, got)
		}
		if again := Format(got); again != got {
			t.Errorf("%s\nformatted again: %s", in, again)
		}
		i++
	}
	if i != len(want) {
		t.Errorf("%d constructs, want %d", i, len(want))
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestItems shows where items end.
func TestItems(t *testing.T) {
	tests := []struct {
		in   string
		want []Heading
	}{
		{"# c\n; c\n\nint a();\n  int b(\n    int x);\n", []Heading{{"prototype", "a"}, {"prototype", "b"}}},
		{"int a(\nint b();\n", []Heading{{"prototype", "a"}, {"prototype", "b"}}},
		{"flags f {\n\tA 1;\nint b();", []Heading{{"flags", "f"}, {"prototype", "b"}}},
		{"enum e X_??? { A }\nenum(A, B) f(int);\nenum[int](A) g();", []Heading{{"enum", "e"}, {"prototype", "f"}, {"prototype", "g"}}},
		{"struct s { int a; }\nstruct(int) f();\nstruct s *g();", []Heading{{"struct", "s"}, {"prototype", "f"}, {"prototype", "g"}}},
		{"const A 1\nconst char *f(int);", []Heading{{"const", "A"}, {"prototype", "f"}}},
		{"switch(x) { 1: hex(int); } f(int x) fails(-1);", []Heading{{"prototype", "f"}}},
		{"int f@@GLIBC_2.2.5(int); ( ( (\nint g();", []Heading{{"prototype", "f@@GLIBC_2.2.5"}, {"prototype", "g"}}},
		{"array(char, 3)* f(int); # int g(\nint h();", []Heading{{"prototype", "f"}, {"prototype", "h"}}},
	}
	for _, test := range tests {
		var got []Heading
		for _, c := range Split(test.in) {
			got = append(got, HeadingOf(c.Text))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: got %v, want %v", test.in, got, test.want)
		}
	}
}

func TestNamed(t *testing.T) {
	const text = "# int f(int) is below f\n" +
		"int f(int n) # f\n" +
		"int g(f x) ; f\n" +
		"struct f {\n\tint f;\n}\n" +
		"  int f(blank) # is not in the first column\n" +
		"int ff(int f,\n\tint b)\n" +
		"int f(string s)"
	want := []Chunk{
		{"int f(int n) # f\n", 2},
		{"struct f {\n\tint f;\n}\n", 4},
		{"int f(string s)", 10},
	}
	if got := Named(text, "f"); !slices.Equal(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	for _, name := range []string{"", "x", "blank", "nosuch"} {
		if got := Named(text, name); got != nil {
			t.Errorf("%q: %+v", name, got)
		}
	}
}
