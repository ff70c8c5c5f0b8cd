package proto

import (
	"slices"
	"strings"
	"testing"
)

// eachPrototype parses every prototype of a library call that is shipped.
func eachPrototype(t *testing.T, do func(library string, d *decl)) {
	t.Helper()
	count := 0
	eachData(t, func(name, text string) {
		for _, c := range split(text) {
			if headingOf(c.text).kind != kindPrototype {
				continue
			}
			d, err := parseItem(name, c)
			if err != nil {
				t.Fatal(err)
			}
			library, _, _ := strings.Cut(strings.TrimPrefix(name, "data/"), "/")
			do(library, d)
			count++
		}
	})
	if count < 50000 {
		t.Errorf("only %d prototypes", count)
	}
}

// uses tells whether x has an operand of that kind.
func (x *expr) uses(op exprOp) bool {
	return x != nil && (x.op == op || x.x.uses(op) || x.y.uses(op))
}

// types are t and the types of its cases and parts.
func (t *typeExpr) types() []*typeExpr {
	list := []*typeExpr{t}
	for _, a := range t.args {
		list = append(list, a.types()...)
	}
	for _, c := range t.cases {
		list = append(list, c.typ.types()...)
	}
	return list
}

// TestCountedBuffers: a call that returns how much it has read has filled so much
// of its buffer, and not all of it.
func TestCountedBuffers(t *testing.T) {
	checked := 0
	eachPrototype(t, func(library string, d *decl) {
		if !isCounting(d) {
			return
		}
		for _, p := range d.params {
			for _, x := range p.typ.types() {
				if p.dir != '+' || x.word != "buffer" && x.word != "string" || x.length == nil {
					continue
				}
				checked++
				if !x.length.uses(opResult) && !x.length.uses(opDeref) {
					t.Errorf("%s: %s is not bounded in %s", library, p.name, d.name)
				}
			}
		}
	})
	if checked < 60 {
		t.Errorf("only %d buffers", checked)
	}
}

// isCounting tells whether a function returns how much it has read, or -1: by its
// result's type, or its name if it is no status that is 0 for success.
func isCounting(d *decl) bool {
	switch {
	case d.fails != nil && d.fails.op == '!':
		return false
	case d.typ.word == "ssize_t":
		return true
	case d.typ.word != "int" && d.typ.word != "long":
		return false
	}
	name := strings.ToLower(d.name)
	return slices.ContainsFunc([]string{"_read", "_recv", "_peek", "_gets"}, func(verb string) bool {
		return strings.HasSuffix(name, verb)
	})
}

// TestStoredCounts: what a length is read from at the end of a call is something
// that the call stores, or the caller gave.
func TestStoredCounts(t *testing.T) {
	var check func(library string, d *decl, x *expr)
	check = func(library string, d *decl, x *expr) {
		if x == nil {
			return
		}
		check(library, d, x.x)
		check(library, d, x.y)
		if x.op != opDeref {
			return
		}
		i := slices.IndexFunc(d.params, func(p *param) bool { return p.name == x.text })
		if i < 0 || d.params[i].dir == 0 && library != "libc" {
			t.Errorf("%s: %s of %s is not stored", library, x.text, d.name)
		}
	}
	eachPrototype(t, func(library string, d *decl) {
		for _, p := range d.params {
			for _, x := range p.typ.types() {
				if p.dir == '+' {
					check(library, d, x.length)
				}
			}
		}
	})
}

// failures are the rules by which libraries' functions of type int fail.
var failures = map[string][]string{
	"libssl": {"<1", "<0"}, "libcrypto": {"<1", "<0", "!0", ""}, "libsqlite3": {"!0"}, "libpcre2-8": {"<0"},
	"libgit2": {"<0"}, "libsystemd": {"<0"}, "libgnutls": {"<0"}, "libmount": {"!0", ""}, "libkrb5": {"!0"},
	"libasound": {"<0"}, "libssh2": {"<0"}, "libpython3.11": {"<0", "0"}, "libmbedcrypto": {"!0", "<0"},
}

// TestFailures: whoever fills in arguments says when it does not. A pointer that is
// null, false, and a negative size say so in every library.
func TestFailures(t *testing.T) {
	counts := map[string]int{}
	eachPrototype(t, func(library string, d *decl) {
		if !slices.ContainsFunc(d.params, func(p *param) bool { return p.dir == '+' }) {
			return
		}
		wanted := failsBy(library, d)
		if wanted == nil {
			return
		}
		counts[d.typ.word]++
		rule := ""
		if d.fails != nil {
			rule = strings.Trim(string(rune(d.fails.op)), "\x00") + d.fails.val.text
		}
		if !slices.Contains(wanted, rule) {
			t.Errorf("%s: %s fails by %q, not %q", library, d.name, rule, wanted)
		}
	})
	for word, want := range map[string]int{"addr": 800, "bool": 500, "int": 900, "ssize_t": 40, "CURLMcode": 5} {
		if counts[word] < want {
			t.Errorf("only %d functions of type %s", counts[word], word)
		}
	}
}

// failsBy is what a function with arguments that it fills in may say in fails(...);
// nil if that can't be told.
func failsBy(library string, d *decl) []string {
	switch r := d.typ; {
	case library == "libc" || library == "libm" || library == "libstdc++":
		return nil
	case r.word == "int" && r.stars == 0:
		return failures[library]
	case r.word == "CURLcode", r.word == "CURLMcode", r.word == "lzma_ret", r.word == "SECStatus":
		return []string{"!0"}
	case r.word == "addr", r.word == "bool", r.word == "string", r.word == "at":
		return []string{"0"}
	case r.word == "ssize_t":
		return []string{"<0", "-1"}
	}
	return nil
}

// TestErrorsAreShown: what says why a call failed is there when it failed.
func TestErrorsAreShown(t *testing.T) {
	checked := 0
	eachPrototype(t, func(library string, d *decl) {
		for _, p := range d.params {
			if d.fails == nil || p.dir != '+' || p.name != "error" && p.name != "errmsg" {
				continue
			}
			checked++
			if p.typ.word != "always" {
				t.Errorf("%s: %s of %s is shown by success only", library, p.name, d.name)
			}
		}
	})
	if checked < 500 {
		t.Errorf("only %d errors", checked)
	}
}

// TestArraysAreMany: a pointer to numbers with their count behind it is no pointer
// to one of them.
func TestArraysAreMany(t *testing.T) {
	checked := 0
	eachPrototype(t, func(library string, d *decl) {
		for i, p := range d.params[:max(0, len(d.params)-1)] {
			next := d.params[i+1]
			if next.typ.stars > 0 || next.name != "count" && next.name != "n"+p.name && next.name != "num_"+p.name {
				continue
			}
			_, number := intTypes[p.typ.word]
			if p.typ.word == "array" {
				checked++
			}
			if number && p.typ.stars == 1 && p.dir != 0 && p.name != "offset" {
				t.Errorf("%s: %s of %s is one number", library, p.name, d.name)
			}
		}
	})
	if checked < 40 {
		t.Errorf("only %d arrays", checked)
	}
}

// TestWaiting: a child that has not ended has no status, though the call did not fail.
func TestWaiting(t *testing.T) {
	checked := 0
	eachPrototype(t, func(library string, d *decl) {
		for _, p := range d.params {
			if !slices.ContainsFunc(p.typ.types(), func(x *typeExpr) bool { return x.word == "wait_status" && x.stars > 0 }) {
				continue
			}
			checked++
			takesOptions := slices.ContainsFunc(d.params, func(p *param) bool { return p.name == "options" })
			if takesOptions && (p.typ.word != "switch" || p.typ.on.op != opResult) {
				t.Errorf("%s: %s of %s is shown though no child ended", library, p.name, d.name)
			}
		}
	})
	if checked < 6 {
		t.Errorf("only %d", checked)
	}
}
