package proto

import (
	"path"
	"slices"
	"strings"
	"testing"

	"plait/arch"
	"plait/proto/decode"
	"plait/proto/syntax"
)

// eachPrototype parses every prototype of a library call that is shipped.
func eachPrototype(t *testing.T, do func(library string, d *syntax.Decl)) {
	t.Helper()
	count := 0
	eachData(t, func(name, text string) {
		for _, c := range syntax.Split(text) {
			if syntax.HeadingOf(c.Text).Kind != syntax.KindPrototype {
				continue
			}
			d, err := syntax.Parse(name, c)
			if err != nil {
				t.Fatal(err)
			}
			do(path.Base(path.Dir(name)), d)
			count++
		}
	})
	if count < 50000 {
		t.Errorf("only %d prototypes", count)
	}
}

// uses reports whether x has an operand of that kind.
func uses(x *syntax.Expr, op syntax.Op) bool {
	return x != nil && (x.Op == op || uses(x.X, op) || uses(x.Y, op))
}

// typesOf returns t and the types of its cases and parts.
func typesOf(t *syntax.Type) []*syntax.Type {
	list := []*syntax.Type{t}
	for _, a := range t.Args {
		list = append(list, typesOf(a)...)
	}
	for _, c := range t.Cases {
		list = append(list, typesOf(c.Type)...)
	}
	return list
}

// TestCountedBuffers: a call that returns how much it has read has filled that much of
// its buffer, and no more.
func TestCountedBuffers(t *testing.T) {
	checked := 0
	eachPrototype(t, func(library string, d *syntax.Decl) {
		if !isCounting(d) {
			return
		}
		for _, p := range d.Params {
			for _, x := range typesOf(p.Type) {
				if p.Dir != '+' || x.Word != "buffer" && x.Word != "string" || x.Length == nil {
					continue
				}
				checked++
				if !uses(x.Length, syntax.OpResult) && !uses(x.Length, syntax.OpDeref) {
					t.Errorf("%s: %s is not bounded in %s", library, p.Name, d.Name)
				}
			}
		}
	})
	if checked < 60 {
		t.Errorf("only %d buffers", checked)
	}
}

// isCounting reports whether a function returns how much it has read, or -1. Its
// result's type says so, or its name, unless that is of a status that is 0 for success.
func isCounting(d *syntax.Decl) bool {
	switch {
	case d.Fails != nil && d.Fails.Op == '!':
		return false
	case d.Type.Word == "ssize_t":
		return true
	case d.Type.Word != "int" && d.Type.Word != "long":
		return false
	}
	name := strings.ToLower(d.Name)
	return slices.ContainsFunc([]string{"_read", "_recv", "_peek", "_gets"}, func(verb string) bool {
		return strings.HasSuffix(name, verb)
	})
}

// TestStoredCounts: a length that is read at the end of a call comes from something
// that the call stores, or that the caller gave.
func TestStoredCounts(t *testing.T) {
	var check func(library string, d *syntax.Decl, x *syntax.Expr)
	check = func(library string, d *syntax.Decl, x *syntax.Expr) {
		if x == nil {
			return
		}
		check(library, d, x.X)
		check(library, d, x.Y)
		if x.Op != syntax.OpDeref {
			return
		}
		i := slices.IndexFunc(d.Params, func(p *syntax.Param) bool { return p.Name == x.Text })
		if i < 0 || d.Params[i].Dir == 0 && library != "libc" {
			t.Errorf("%s: %s of %s is not stored", library, x.Text, d.Name)
		}
	}
	eachPrototype(t, func(library string, d *syntax.Decl) {
		for _, p := range d.Params {
			for _, x := range typesOf(p.Type) {
				if p.Dir == '+' {
					check(library, d, x.Length)
				}
			}
		}
	})
}

// failures are the rules by which functions of type int report failure, by library.
var failures = map[string][]string{
	"libssl": {"<1", "<0"}, "libcrypto": {"<1", "<0", "!0", ""}, "libsqlite3": {"!0"}, "libpcre2-8": {"<0"},
	"libgit2": {"<0"}, "libsystemd": {"<0"}, "libgnutls": {"<0"}, "libmount": {"!0", ""}, "libkrb5": {"!0"},
	"libasound": {"<0"}, "libssh2": {"<0"}, "libpython3.11": {"<0", "0"}, "libmbedcrypto": {"!0", "<0"},
}

// TestFailures: every prototype with arguments that the call fills in says when it does
// not. A null pointer, false, and a negative size mean failure in every library.
func TestFailures(t *testing.T) {
	counts := map[string]int{}
	eachPrototype(t, func(library string, d *syntax.Decl) {
		if !slices.ContainsFunc(d.Params, func(p *syntax.Param) bool { return p.Dir == '+' }) {
			return
		}
		wanted := failsBy(library, d)
		if wanted == nil {
			return
		}
		counts[d.Type.Word]++
		rule := ""
		if d.Fails != nil {
			rule = strings.Trim(string(rune(d.Fails.Op)), "\x00") + d.Fails.Value.Text
		}
		if !slices.Contains(wanted, rule) {
			t.Errorf("%s: %s fails by %q, not %q", library, d.Name, rule, wanted)
		}
	})
	for word, want := range map[string]int{"addr": 800, "bool": 500, "int": 900, "ssize_t": 40, "CURLMcode": 5} {
		if counts[word] < want {
			t.Errorf("only %d functions of type %s", counts[word], word)
		}
	}
}

// failsBy returns what a function with arguments that it fills in may have in
// fails(...), nil if that is not known.
func failsBy(library string, d *syntax.Decl) []string {
	switch r := d.Type; {
	case library == "libc" || library == "libm" || library == "libstdc++":
		return nil
	case r.Word == "int" && r.Stars == 0:
		return failures[library]
	case r.Word == "CURLcode", r.Word == "CURLMcode", r.Word == "lzma_ret", r.Word == "SECStatus":
		return []string{"!0"}
	case r.Word == "addr", r.Word == "bool", r.Word == "string", r.Word == "at":
		return []string{"0"}
	case r.Word == "ssize_t":
		return []string{"<0", "-1"}
	}
	return nil
}

// TestErrorsAreShown: the argument that says why a call failed is shown when it failed.
func TestErrorsAreShown(t *testing.T) {
	checked := 0
	eachPrototype(t, func(library string, d *syntax.Decl) {
		for _, p := range d.Params {
			if d.Fails == nil || p.Dir != '+' || p.Name != "error" && p.Name != "errmsg" {
				continue
			}
			checked++
			if p.Type.Word != "always" {
				t.Errorf("%s: %s of %s is shown by success only", library, p.Name, d.Name)
			}
		}
	})
	if checked < 500 {
		t.Errorf("only %d errors", checked)
	}
}

// TestArraysAreMany: a pointer to numbers, followed by their count, is not a pointer to
// one of them.
func TestArraysAreMany(t *testing.T) {
	checked := 0
	eachPrototype(t, func(library string, d *syntax.Decl) {
		for i, p := range d.Params[:max(0, len(d.Params)-1)] {
			next := d.Params[i+1]
			if next.Type.Stars > 0 || next.Name != "count" && next.Name != "n"+p.Name && next.Name != "num_"+p.Name {
				continue
			}
			number := decode.Integer(p.Type.Word, arch.AMD64) != nil
			if p.Type.Word == "array" {
				checked++
			}
			if number && p.Type.Stars == 1 && p.Dir != 0 && p.Name != "offset" {
				t.Errorf("%s: %s of %s is one number", library, p.Name, d.Name)
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
	eachPrototype(t, func(library string, d *syntax.Decl) {
		for _, p := range d.Params {
			if !slices.ContainsFunc(typesOf(p.Type), func(x *syntax.Type) bool { return x.Word == "wait_status" && x.Stars > 0 }) {
				continue
			}
			checked++
			takesOptions := slices.ContainsFunc(d.Params, func(p *syntax.Param) bool { return p.Name == "options" })
			if takesOptions && (p.Type.Word != "switch" || p.Type.On.Op != syntax.OpResult) {
				t.Errorf("%s: %s of %s is shown though no child ended", library, p.Name, d.Name)
			}
		}
	})
	if checked < 6 {
		t.Errorf("only %d", checked)
	}
}
