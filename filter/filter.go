package filter

import (
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"
)

// An Object is an executable or library as filters see it.
type Object struct {
	Soname string // DT_SONAME, "" if the object has none
	Path   string // from the link map or /proc
	Main   bool   // the program itself, not a library
}

// names returns the names that a library pattern without a slash is compared with.
func (o Object) names() []string {
	base := path.Base(o.Path)
	switch {
	case o.Path == "":
		return []string{o.Soname}
	case o.Soname == "" || o.Soname == base:
		return []string{base}
	}
	return []string{o.Soname, base}
}

// A Filter chooses symbols, as ltrace(1) describes it under FILTER EXPRESSIONS:
//
//	filter := rule { rule }
//	rule   := [+|-] ( [symbol] [@library] | library->[symbol] )
//
// symbol and library are globs or /basic regular expressions/ that match the
// whole name; a missing one matches all. Rules apply from left to right: + adds,
// - removes. The first rule may lack its sign. If it is negative (! is the same
// as -), it removes from everything.
//
// A library matches by its soname, by the base name of its file or, if the
// pattern begins with a slash, by its path; MAIN is the program itself.
//
// Unlike in ltrace, a comma begins a rule with the sign of the one before it, and
// library names may contain - and +. Such a sign begins a new rule if an @ follows
// it before the next sign, or if the name before it is complete (empty, MAIN, a
// regular expression, with ".so" in it, or ending in a wildcard) and what follows
// can be a symbol. Otherwise it is part of the name: "puts@my-tool",
// "@libstdc++.so.6-malloc" and "@libLLVM-14.so.1+@MAIN" mean what they seem to.
// A sign after a backslash is always part of the name.
//
// A Filter remembers whether it ever matched.
type Filter struct {
	text      string
	rules     []rule
	spellings func(symbol string) []string // returns other spellings of a symbol; may be nil

	sawAny    bool        // it was asked about an object
	sawObject bool        // a rule was about one of these objects
	matched   atomic.Bool // atomic: symbols are also read in the background
	advice    advice      // for the user, if nothing matched
}

type rule struct {
	minus   bool
	symbol  pattern
	library library
}

// A library is the part of a rule after the @.
type library struct {
	main   bool    // it is the word MAIN
	path   string  // if not "", also compare with this file's identity
	byPath bool    // name is for the path
	name   pattern // unless main
}

// Parse reads a filter expression (-e, -x).
func Parse(text string) (*Filter, error) {
	p := parser{rest: text}
	rules, err := p.parse()
	if err != nil {
		return nil, fmt.Errorf("filter %q: %w", text, err)
	}
	return &Filter{text: text, rules: rules}, nil
}

// ParseLibrary reads the pattern of a library (-l): a glob, a /basic regular expression/ or a
// path, with an optional ->symbol after it. The filter chooses that symbol, or all symbols,
// of the libraries that match. The characters + - @ and comma have no meaning.
func ParseLibrary(text string) (*Filter, error) {
	name, symbol, _ := strings.Cut(text, arrowSign)
	p := parser{}
	err := errors.New("empty")
	if name != "" {
		err = p.add(false, symbol, name)
	}
	if err != nil {
		return nil, fmt.Errorf("library pattern %q: %w", text, err)
	}
	return &Filter{text: text, rules: p.rules}, nil
}

// String returns the expression as the user wrote it.
func (f *Filter) String() string { return f.text }

// Spell lets patterns also match other spellings of a symbol, such as the names of C++
// functions in the source. A pattern without a colon, blank or bracket is only compared with
// those of functions outside of namespaces and classes.
func (f *Filter) Spell(spellings func(symbol string) []string) { f.spellings = spellings }

// Match reports whether the filter chooses a symbol of an object. A version ("@GLIBC_2.2.5")
// is not part of the symbol's name.
func (f *Filter) Match(obj Object, symbol string) bool {
	return f.matchRules(f.rulesFor(obj), symbol)
}

// rulesFor returns the rules that are about obj, so that a library pattern is compared once
// per object and not once per symbol.
func (f *Filter) rulesFor(obj Object) []rule {
	f.sawAny = true
	var rules []rule
	for _, r := range f.rules {
		if r.library.match(obj) {
			rules = append(rules, r)
		}
	}
	if first := slices.IndexFunc(rules, func(r rule) bool { return !r.minus }); first >= 0 {
		f.sawObject = true
		return rules[first:] // removing from nothing has no effect
	}
	return nil
}

func (f *Filter) matchRules(rules []rule, symbol string) bool {
	name, _, _ := strings.Cut(symbol, "@")
	for _, r := range slices.Backward(rules) {
		if f.matches(r.symbol, name) { // the last rule that matches decides
			return !r.minus
		}
	}
	return false
}

// matches compares a pattern with a symbol and, if it can help, with its other spellings.
func (f *Filter) matches(p pattern, symbol string) bool {
	return p.match(symbol) || f.spellings != nil && (p.sourceName || p.mayName(symbol)) && slices.ContainsFunc(f.spellings(symbol), p.match)
}

// mayName reports whether a pattern that does not look like a C++ name may be one: that
// of a function outside of namespaces and classes, as in _Z3foo... or _ZL3foo...
func (p pattern) mayName(symbol string) bool {
	rest, ok := strings.CutPrefix(symbol, "_Z")
	rest = strings.TrimPrefix(rest, "L")
	return ok && rest != "" && rest[0] >= '1' && rest[0] <= '9' && strings.Contains(rest, p.literal)
}

func (l library) match(obj Object) bool {
	switch {
	case l.main:
		return obj.Main
	case l.byPath:
		return obj.Path != "" && (l.name.match(obj.Path) || sameFile(l.path, obj.Path))
	}
	return slices.ContainsFunc(obj.names(), l.name.match)
}

// sameFile reports whether two paths name one file. If /lib is a symbolic link to /usr/lib,
// the user may write either, and the dynamic loader the other.
func sameFile(a, b string) bool {
	if a == "" {
		return false
	}
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// parseLibrary reads what follows an @.
func parseLibrary(text string) (library, error) {
	var lib library
	var err error
	switch body, isRegexp := regexpBody(text); {
	case text == "MAIN":
		lib.main = true
	case isRegexp:
		lib.name, err = basic(body)
	default:
		lib.byPath = strings.HasPrefix(text, "/")
		lib.name, err = glob(text)
		if lib.byPath {
			lib.path = lib.name.literal
		}
	}
	return lib, err
}

// regexpBody returns what is between the slashes if all of text is /.../.
func regexpBody(text string) (string, bool) {
	if n := regexpLen(text); n > 0 && n == len(text) {
		return text[1 : n-1], true
	}
	return "", false
}

// regexpLen returns the length of the /regular expression/ at the start of text, or 0.
// Slashes in brackets and after a backslash do not end it.
func regexpLen(text string) int {
	if !strings.HasPrefix(text, "/") {
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '/':
			return i + 1
		case '\\':
			i++
		case '[':
			if _, n := bracket(text[i:], false); n > 0 {
				i += n - 1
			}
		}
	}
	return 0
}
