package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestHandWritten compares the prototypes written by hand with the headers that are
// installed, at least libc's. A function that returns nothing has no result, any other
// has a result of the right kind, and as many arguments are shown as are passed.
func TestHandWritten(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("needs gcc")
	}
	units, err := readConfig("libraries.txt")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, u := range units {
		compared += u.compareHandWritten(t)
	}
	if compared < 1000 {
		t.Errorf("only %d functions compared", compared)
	}
}

// compareHandWritten compares the prototypes written by hand for the objects of a unit. It
// returns the number of functions compared.
func (u *unit) compareHandWritten(t *testing.T) (compared int) {
	var functions map[string]*declaration
	for _, object := range u.objects {
		folder, _, _ := strings.Cut(filepath.Base(object), ".so")
		items := handWrittenItems(filepath.Join("../../proto/data", folder))
		if len(items) == 0 {
			continue
		}
		if functions == nil {
			var err error
			if functions, err = u.declarations(); err != nil {
				return 0 // the headers are not installed
			}
		}
		for name, text := range items {
			if d := functions[name]; d != nil {
				compared++
				checkByHand(t, name, text, d)
			}
		}
	}
	return compared
}

// optional matches what may stand for arguments that are not always passed.
var optional = regexp.MustCompile(`^\.\.\.$|^sentinel\(| if |none|_arg argp?$|^envp envp$`)

func checkByHand(t *testing.T, name, text string, d *declaration) {
	t.Helper()
	head, rest, _ := strings.Cut(text, " "+name+"(")
	result := d.typ.result.strip().kind
	if (result == void) != (head == "void") {
		t.Errorf("%s: the header's result says otherwise: %s", name, text)
	}
	if word := strings.Fields(head)[0]; (result == floating) != (word == "float" || word == "double" || word == "ldouble" || word == "float128" || word == "hex(double)") {
		t.Errorf("%s: the header's result is of another kind: %s", name, text)
	}
	params := topLevel(rest)
	switch n := len(d.typ.params); {
	case slices.Contains(params, "system"):
	case !d.typ.variadic && len(params) != n:
		t.Errorf("%s: %d parameters in the header: %s", name, n, text)
	case d.typ.variadic && len(params) < n:
		t.Errorf("%s: %d parameters in the header: %s", name, n, text)
	case d.typ.variadic:
		for _, p := range params[n:] {
			if !optional.MatchString(p) {
				t.Errorf("%s: %s is not always passed: %s", name, p, text)
			}
		}
	}
}

// handWrittenItems returns the prototypes written by hand in the files of a folder, each on
// one line.
func handWrittenItems(dir string) map[string]string {
	found := map[string]string{}
	paths, _ := filepath.Glob(filepath.Join(dir, "*.conf"))
	for _, path := range paths {
		text, _ := os.ReadFile(path)
		for item := range strings.SplitSeq(joined(string(text)), "\n") {
			if name := functionName(item); name != "" && typeLine.FindString(item) == "" {
				found[name] = item
			}
		}
	}
	return found
}

// joined returns text with each bracket that spans several lines on one line.
func joined(text string) string {
	depth := 0
	return strings.Map(func(r rune) rune {
		switch r {
		case '(', '{', '[':
			depth++
		case ')', '}', ']':
			depth--
		case '\n':
			if depth > 0 {
				return ' '
			}
		}
		return r
	}, text)
}

// topLevel returns the parameters in front of the closing parenthesis.
func topLevel(text string) []string {
	var list []string
	depth, start := 0, 0
	for i, r := range text {
		switch r {
		case '(', '{', '[':
			depth++
		case ')', '}', ']':
			if depth--; depth < 0 {
				if last := strings.TrimSpace(text[start:i]); last != "" && last != "void" {
					list = append(list, last)
				}
				return list
			}
		case ',':
			if depth == 0 {
				list = append(list, strings.TrimSpace(text[start:i]))
				start = i + 1
			}
		}
	}
	return list
}
