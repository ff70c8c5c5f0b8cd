package filter

import "testing"

func TestGlob(t *testing.T) {
	tests := []struct {
		text     string
		matches  []string
		excludes []string
	}{
		{"malloc", []string{"malloc"}, []string{"mallo", "malloc_", "xmalloc"}},
		{"", []string{"", "anything"}, nil},
		{"*", []string{"", "anything"}, nil},
		{"str*", []string{"str", "strlen"}, []string{"xstr"}},
		{"str?cpy", []string{"strncpy"}, []string{"strcpy"}},
		{"str[ln]*", []string{"strlen", "strncpy"}, []string{"strcpy"}},
		{"str[!ln]*", []string{"strcpy"}, []string{"strlen"}},
		{"str[^ln]*", []string{"strcpy"}, []string{"strlen"}},
		{"x[[:digit:]]", []string{"x7"}, []string{"xx", "x:"}},
		{"x[]]", []string{"x]"}, []string{"x["}},
		{"x[a-c-]", []string{"xb", "x-"}, []string{"xd"}},
		{`x[\]]`, []string{"x]"}, []string{`x\`}},
		{"x[", []string{"x["}, []string{"x"}},
		{`a\*b`, []string{"a*b"}, []string{"axb"}},
		{"lib*.so.6", []string{"libc.so.6"}, []string{"libcxso.6"}},
		{"/lib/*/libc.so", []string{"/lib/a/b/libc.so"}, []string{"/lib/libc.so"}},
		{"a.b+c", []string{"a.b+c"}, []string{"axbbc"}},
		{"?", []string{"\n", "é"}, []string{"ab"}},
	}
	for _, test := range tests {
		p, err := glob(test.text)
		check(t, "glob", test.text, p, err, test.matches, test.excludes)
	}
}

func TestBasic(t *testing.T) {
	tests := []struct {
		text     string
		matches  []string
		excludes []string
	}{
		{"malloc", []string{"malloc"}, []string{"xmalloc", "mallocx"}},
		{"", []string{""}, []string{"x"}},
		{".*alloc", []string{"malloc", "calloc"}, []string{"allocx"}},
		{"^mem.*$", []string{"memcpy"}, []string{"xmem"}},
		{"a+b", []string{"a+b"}, []string{"aab"}},
		{`a\+b`, []string{"aab"}, []string{"a+b"}},
		{"a(b)|c", []string{"a(b)|c"}, []string{"ab", "c"}},
		{`\(m\|c\)alloc`, []string{"malloc", "calloc"}, []string{"alloc"}},
		{`\(^a\|b$\)c*`, []string{"acc"}, nil},
		{`x\{2,3\}`, []string{"xx", "xxx"}, []string{"x", "xxxx"}},
		{`x\{2\}y`, []string{"xxy"}, []string{"xy"}},
		{"x{2}", []string{"x{2}"}, []string{"xx"}},
		{"*a", []string{"*a"}, []string{"a"}},
		{"**a", []string{"a", "**a"}, []string{"b"}},
		{`\(*a\)`, []string{"*a"}, []string{"a"}},
		{"a**", []string{"", "aaa"}, []string{"b"}},
		{"a^b$c", []string{"a^b$c"}, []string{"abc"}},
		{`[\n]`, []string{`\`, "n"}, []string{"\n"}},
		{"[^[:upper:]_]*", []string{"abc"}, []string{"aBc", "a_c"}},
		{`lib\.so`, []string{"lib.so"}, []string{"libxso"}},
		{`a\/b`, []string{"a/b"}, nil},
	}
	for _, test := range tests {
		p, err := basic(test.text)
		check(t, "basic", test.text, p, err, test.matches, test.excludes)
	}
}

func TestBasicErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"[a", "bad pattern: missing ]"},
		{`\(a`, "bad pattern: missing closing )"},
		{`a\)`, "bad pattern: unexpected )"},
		{`a\`, `bad pattern: \ at the end`},
		{`\(a\)\1`, `bad pattern: back-reference \1`},
		{`a\{1`, `bad pattern: \{ without numbers and \}`},
		{`a\{,2\}`, `bad pattern: \{ without numbers and \}`},
		{`a\{1001\}`, "bad pattern: invalid repeat count"},
		{"[z-a]", "bad pattern: invalid character class range"},
		{"[[:nosuch:]]", "bad pattern: invalid character class range"},
		{"\xff", "bad pattern: invalid UTF-8"},
	}
	for _, test := range tests {
		_, err := basic(test.text)
		if err == nil || err.Error() != test.want {
			t.Errorf("basic(%q): error %v, want %q", test.text, err, test.want)
		}
	}
}

func check(t *testing.T, kind, text string, p pattern, err error, matches, excludes []string) {
	t.Helper()
	if err != nil {
		t.Errorf("%s(%q): %v", kind, text, err)
		return
	}
	for _, name := range matches {
		if !p.match(name) {
			t.Errorf("%s(%q) does not match %q", kind, text, name)
		}
	}
	for _, name := range excludes {
		if p.match(name) {
			t.Errorf("%s(%q) matches %q", kind, text, name)
		}
	}
}
