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
	Path   string // as the link map or /proc tells it
	Main   bool   // the program itself, not a library
}

// names returns what a library pattern without a slash is compared with.
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
// whole name; a missing one matches all. The rules are walked from left to
// right; + chooses, - takes back. The first rule may lack its sign; if it
// is negative (! is the same as -), everything was chosen before it.
//
// A library matches by its soname, by the base name of its file or, if the
// pattern begins with a slash, by its path; MAIN is the program itself.
//
// Beyond ltrace, a comma begins a rule with the sign of the one before it, and
// library names may have - and + in them. Such a sign begins a new rule if an
// @ follows it before the next sign; or if it stands behind a name that is
// complete (empty, MAIN, a regular expression, with ".so" in it, or ending in a
// wildcard) and what follows can be a symbol. Else it belongs to the name:
// "puts@my-tool", "@libstdc++.so.6-malloc", "@libLLVM-14.so.1+@MAIN" mean
// what they seem to. A backslash before a sign always makes it part of the name.
//
// A Filter remembers whether it ever matched.
type Filter struct {
	text  string
	rules []rule
	spell func(symbol string) []string // other spellings of a symbol; nil: there are none

	asked     bool        // there was an object
	sawObject bool        // an object was one of those meant
	matched   atomic.Bool // also by what reads symbols in the background
	advice    advice      // if not
}

type rule struct {
	minus   bool
	symbol  pattern
	library library
}

// A library is the part of a rule behind the @.
type library struct {
	main bool    // the word MAIN
	path string  // not "": compare with this very file too
	full bool    // pattern is for the path, not the name
	name pattern // otherwise
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

// ParseLibrary reads the pattern of a library (-l): a glob, a /basic regular
// expression/ or a path. The resulting filter chooses all symbols of the
// libraries that match, or, with ->symbol behind it, those; + - @ and commas have
// no meaning.
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

// String is the expression as the user wrote it.
func (f *Filter) String() string { return f.text }

// Spell lets patterns match other spellings of a symbol too: the names of C++ functions
// as in the source. One without a colon, blank or bracket is compared with those that
// lie in no namespace or class.
func (f *Filter) Spell(spellings func(symbol string) []string) { f.spell = spellings }

// Match reports whether the filter chooses a symbol of an object. A version
// ("@GLIBC_2.2.5") is no part of the symbol's name.
func (f *Filter) Match(obj Object, symbol string) bool {
	return f.matchRules(f.of(obj), symbol)
}

// of returns the rules that concern obj, so that a library pattern is compared
// once per object and not once per symbol.
func (f *Filter) of(obj Object) []rule {
	f.asked = true
	var rules []rule
	for _, r := range f.rules {
		if r.library.match(obj) {
			rules = append(rules, r)
		}
	}
	if first := slices.IndexFunc(rules, func(r rule) bool { return !r.minus }); first >= 0 {
		f.sawObject = true
		return rules[first:] // what was never chosen needs no taking back
	}
	return nil
}

func (f *Filter) matchRules(rules []rule, symbol string) bool {
	name, _, _ := strings.Cut(symbol, "@")
	for _, r := range slices.Backward(rules) {
		if f.matches(r.symbol, name) { // the last word counts
			return !r.minus
		}
	}
	return false
}

// matches compares a pattern with a symbol, or with what else that is called.
func (f *Filter) matches(p pattern, symbol string) bool {
	return p.match(symbol) || f.spell != nil && (p.spelled || p.mayName(symbol)) && slices.ContainsFunc(f.spell(symbol), p.match)
}

// mayName tells whether a pattern that does not look like a name of C++ may be one
// nevertheless: that of a function in no namespace or class, so _Z3foo... or _ZL3foo...
func (p pattern) mayName(symbol string) bool {
	rest, ok := strings.CutPrefix(symbol, "_Z")
	rest = strings.TrimPrefix(rest, "L")
	return ok && rest != "" && rest[0] >= '1' && rest[0] <= '9' && strings.Contains(rest, p.literal)
}

func (l library) match(obj Object) bool {
	switch {
	case l.main:
		return obj.Main
	case l.full:
		return obj.Path != "" && (l.name.match(obj.Path) || sameFile(l.path, obj.Path))
	}
	return slices.ContainsFunc(obj.names(), l.name.match)
}

// sameFile tells two names of one file: with /lib being a link to /usr/lib,
// the user's spelling need not be the dynamic loader's.
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

// parseLibrary reads what stands behind an @.
func parseLibrary(text string) (library, error) {
	var lib library
	var err error
	switch body, isRegexp := regexpBody(text); {
	case text == "MAIN":
		lib.main = true
	case isRegexp:
		lib.name, err = basic(body)
	default:
		lib.full = strings.HasPrefix(text, "/")
		lib.name, err = glob(text)
		if lib.full {
			lib.path = lib.name.literal
		}
	}
	return lib, err
}

// regexpBody returns what is between the slashes if text is /.../ as a whole.
func regexpBody(text string) (string, bool) {
	if n := regexpLen(text); n > 0 && n == len(text) {
		return text[1 : n-1], true
	}
	return "", false
}

// regexpLen returns the length of the /regular expression/ at the start of
// text, or 0. Slashes in brackets and behind a backslash do not end it.
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
