package filter

import (
	"errors"
	"fmt"
	"strings"
)

// A parser cuts a filter expression into rules.
type parser struct {
	rest  string
	rules []rule
}

func (p *parser) parse() ([]rule, error) {
	if p.rest == "" {
		return nil, errors.New("empty")
	}
	minus := strings.HasPrefix(p.rest, "-") || strings.HasPrefix(p.rest, "!")
	if minus {
		p.rules = []rule{{symbol: pattern{all: true}, library: library{name: pattern{all: true}}}}
	}
	if minus || p.rest[0] == '+' {
		p.rest = p.rest[1:]
	}
	for {
		if err := p.rule(minus); err != nil {
			return nil, err
		}
		if p.rest == "" {
			return p.rules, nil
		}
		if p.rest[0] != ',' { // a comma keeps the sign
			minus = p.rest[0] == '-'
		}
		p.rest = p.rest[1:]
	}
}

// rule reads one rule without its sign, up to the next sign or comma.
func (p *parser) rule(minus bool) error {
	if lib, ok := arrow(p.rest); ok {
		return p.member(minus, lib)
	}
	if n := regexpLen(p.rest); n > 0 {
		if sym, lib, ok := cutUnquoted(p.rest[1:n-1], "@"); ok { // /x@y/ means /x/@/y/
			p.rest = p.rest[n:]
			if p.rest != "" && strings.IndexByte("+-,", p.rest[0]) < 0 {
				return unexpected(p.rest)
			}
			return p.add(minus, "/"+sym+"/", "/"+lib+"/")
		}
	}
	symbol, err := p.symbol()
	if err != nil {
		return err
	}
	var lib string
	if rest, ok := strings.CutPrefix(p.rest, "@"); ok {
		n := libraryLen(rest)
		lib, p.rest = rest[:n], rest[n:]
		if indexUnquoted(lib, "@") < len(lib) && regexpLen(lib) == 0 {
			return errors.New("a second @ in one rule")
		}
	} else if symbol == "" {
		return errors.New("a sign or comma without a name")
	}
	return p.add(minus, symbol, lib)
}

// arrow returns the library of a rule LIBRARY->SYMBOL, the form in which lines of a trace
// begin, or false if text has another form. A sign before a letter is an operator and ends
// the rule.
func arrow(text string) (lib string, ok bool) {
	if n := regexpLen(text); n > 0 {
		return text[:n], strings.HasPrefix(text[n:], arrowSign)
	}
	for i := 0; i < len(text); i++ {
		i += indexUnquoted(text[i:], "@,+-")
		switch {
		case i+1 >= len(text) || text[i] == '@' || text[i] == ',':
			return "", false
		case strings.HasPrefix(text[i:], arrowSign):
			return text[:i], i > 0
		case strings.IndexByte("+-.", text[i+1]) < 0:
			return "", false
		}
	}
	return "", false
}

const arrowSign = "->"

// member reads the rest of a rule LIBRARY->SYMBOL, whose library is lib.
func (p *parser) member(minus bool, lib string) error {
	p.rest = p.rest[len(lib)+len(arrowSign):]
	symbol, err := p.symbol()
	if err != nil {
		return err
	}
	if strings.HasPrefix(p.rest, "@") {
		return errors.New("a second library in one rule")
	}
	return p.add(minus, symbol, lib)
}

// symbol reads a symbol pattern.
func (p *parser) symbol() (string, error) {
	n := regexpLen(p.rest)
	if n == 0 && strings.HasPrefix(p.rest, "/") {
		return "", errors.New("missing / at the end of a regular expression")
	}
	if n == 0 {
		n = indexUnquoted(p.rest, "@+-,")
	}
	symbol := p.rest[:n]
	p.rest = p.rest[n:]
	if p.rest != "" && strings.IndexByte("@+-,", p.rest[0]) < 0 {
		return "", unexpected(p.rest)
	}
	return symbol, nil
}

func (p *parser) add(minus bool, symbol, lib string) error {
	r := rule{minus: minus}
	var err error
	if body, ok := regexpBody(symbol); ok {
		r.symbol, err = basic(body)
	} else {
		r.symbol, err = glob(symbol)
	}
	if err != nil {
		return err
	}
	r.symbol.sourceName = strings.ContainsAny(symbol, ": <(~")
	if r.library, err = parseLibrary(lib); err != nil {
		return err
	}
	p.rules = append(p.rules, r)
	return nil
}

// libraryLen returns the length of the library pattern at the start of text, which follows an
// @. Filter describes which signs are part of it.
func libraryLen(text string) int {
	if n := regexpLen(text); n > 0 && (n == len(text) || strings.IndexByte("+-,", text[n]) >= 0) {
		return n
	}
	for i := 0; i < len(text); {
		n := i + indexUnquoted(text[i:], "+-,")
		if n == len(text) || text[n] == ',' || beginsRule(text[:n], text[n+1:]) {
			return n
		}
		i = n + 1
	}
	return len(text)
}

// beginsRule reports whether the sign between a library name and next begins a rule.
func beginsRule(name, next string) bool {
	symbol, rest := next, ""
	if n := regexpLen(next); n > 0 {
		symbol, rest = next[:n], next[n:]
	} else {
		n := indexUnquoted(next, "@+-,")
		symbol, rest = next[:n], next[n:]
	}
	if strings.HasPrefix(rest, "@") {
		return true
	}
	return isComplete(name) && isSymbol(symbol)
}

func isComplete(library string) bool {
	return library == "" || library == "MAIN" || strings.Contains(library, ".so") ||
		strings.IndexByte("*?]", library[len(library)-1]) >= 0
}

// isSymbol reports whether text can be a symbol pattern.
func isSymbol(text string) bool {
	if text == "" {
		return false
	}
	if regexpLen(text) == len(text) {
		return true
	}
	c := text[0]
	starts := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte(`*?[\`, c) >= 0
	return starts && !strings.Contains(text, ".so") && !strings.Contains(text, "/")
}

// indexUnquoted returns the index of the first of chars in text that is neither after a
// backslash nor in brackets, or len(text).
func indexUnquoted(text, chars string) int {
	for i := 0; i < len(text); i++ {
		switch {
		case strings.IndexByte(chars, text[i]) >= 0:
			return i
		case text[i] == '\\':
			i++
		case text[i] == '[':
			if _, n := bracket(text[i:], true); n > 0 {
				i += n - 1
			}
		case text[i] == '<' || text[i] == '(':
			i += nested(text[i:])
		}
	}
	return len(text)
}

// nested returns the index of the bracket that closes the one at the start of text in a C++
// name, or 0 if none does, as in operator<.
func nested(text string) int {
	closing := map[byte]byte{'<': '>', '(': ')'}[text[0]]
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case text[0]:
			depth++
		case closing:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return 0
}

func cutUnquoted(text, sep string) (before, after string, found bool) {
	if n := indexUnquoted(text, sep); n < len(text) {
		return text[:n], text[n+1:], true
	}
	return text, "", false
}

// unexpected returns the error about text after a regular expression.
func unexpected(text string) error {
	if len(text) > 10 {
		text = text[:10] + "..."
	}
	return fmt.Errorf("unexpected %q behind a regular expression", text)
}
