package filter

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// A pattern is a glob or a regular expression that must match a whole name.
type pattern struct {
	literal    string         // the only name that matches, unless all or re is set
	all        bool           // every name matches
	re         *regexp.Regexp // matches names, unless nil
	sourceName bool           // it may be a C++ name as in the source
}

// match reports whether the whole name matches.
func (p pattern) match(name string) bool {
	switch {
	case p.all:
		return true
	case p.re != nil:
		return p.re.MatchString(name)
	}
	return p.literal == name
}

// glob compiles a shell pattern (glob(7)): * ? [set], and \ to quote. Unlike in file names,
// * and ? also match a slash.
func glob(text string) (pattern, error) {
	if strings.Trim(text, "*") == "" {
		return pattern{all: true}, nil
	}
	if !strings.ContainsAny(text, `*?[\`) {
		return pattern{literal: text}, nil
	}
	return compile(translateGlob(text))
}

// basic compiles a POSIX basic regular expression (regex(7)) with GNU's \| \+ and \?.
// Back-references are an error: Go's engine, which is safe against hostile patterns, has
// none, and no name needs them.
func basic(text string) (pattern, error) {
	expr, err := translateBasic(text)
	if err != nil {
		return pattern{}, err
	}
	return compile(expr)
}

func compile(expr string) (pattern, error) {
	re, err := regexp.Compile(`^(?s:` + expr + `)$`)
	if err != nil { // the expression in Go's spelling would only puzzle the user
		return pattern{}, fmt.Errorf("bad pattern: %s", problem(err))
	}
	return pattern{re: re}, nil
}

func problem(err error) string {
	if e, ok := errors.AsType[*syntax.Error](err); ok {
		return e.Code.String()
	}
	return err.Error()
}

func translateGlob(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '*':
			out.WriteString(".*")
		case '?':
			out.WriteByte('.')
		case '[':
			set, n := bracket(text[i:], true)
			if n == 0 { // glob(7): an unclosed bracket stands for itself
				set, n = `\[`, 1
			}
			out.WriteString(set)
			i += n - 1
		case '\\':
			if i+1 < len(text) {
				i++
			}
			out.WriteString(quoteByte(text[i]))
		default:
			out.WriteString(quoteByte(c))
		}
	}
	return out.String()
}

// A basicScanner translates a basic regular expression into Go's syntax.
type basicScanner struct {
	text string
	out  strings.Builder
	// start is true at the beginning of the expression or of an alternative, where * is a
	// character and ^ an anchor.
	start bool
	// starred is true after a star, where another one changes nothing. (Go would refuse it.)
	starred bool
}

func translateBasic(text string) (string, error) {
	s := basicScanner{text: text, start: true}
	for i := 0; i < len(s.text); {
		n, err := s.step(i)
		if err != nil {
			return "", err
		}
		i += n
	}
	return s.out.String(), nil
}

// step translates the element at i and returns its length.
func (s *basicScanner) step(i int) (int, error) {
	c := s.text[i]
	if c == '\\' {
		return s.escape(i)
	}
	start, starred := s.start, s.starred
	s.start, s.starred = false, c == '*' && !start
	switch {
	case c == '[':
		set, n := bracket(s.text[i:], false)
		if n == 0 {
			return 0, errors.New("bad pattern: missing ]")
		}
		s.out.WriteString(set)
		return n, nil
	case c == '^' && start:
		s.start = true
		s.out.WriteByte('^')
	case c == '$' && s.atEnd(i+1):
		s.out.WriteByte('$')
	case starred && c == '*':
	case c == '.', c == '*' && !start:
		s.out.WriteByte(c)
	default:
		s.out.WriteString(quoteByte(c))
	}
	return 1, nil
}

// atEnd reports whether an expression or alternative ends at i, where $ is an anchor.
func (s *basicScanner) atEnd(i int) bool {
	rest := s.text[i:]
	return rest == "" || strings.HasPrefix(rest, `\)`) || strings.HasPrefix(rest, `\|`)
}

// escape translates the backslash at i with what follows it, and returns their length.
func (s *basicScanner) escape(i int) (int, error) {
	if i+1 == len(s.text) {
		return 0, errors.New(`bad pattern: \ at the end`)
	}
	c := s.text[i+1]
	start := s.start
	s.start, s.starred = c == '(' || c == '|', false
	switch {
	case strings.IndexByte("(|)", c) >= 0, strings.IndexByte("+?", c) >= 0 && !start:
		s.out.WriteByte(c)
	case c == '{' && !start:
		return s.repeat(i)
	case strings.IndexByte("wWsSbB", c) >= 0:
		s.out.WriteString(`\` + string(c))
	case c == '<', c == '>':
		s.out.WriteString(`\b`)
	case c >= '1' && c <= '9':
		return 0, fmt.Errorf(`bad pattern: back-reference \%c`, c)
	default:
		s.out.WriteString(quoteByte(c))
	}
	return 2, nil
}

// repeat translates the interval \{m,n\} at i and returns its length.
func (s *basicScanner) repeat(i int) (int, error) {
	body, _, ok := strings.Cut(s.text[i+2:], `\}`)
	if !ok || body == "" || strings.Trim(body, "0123456789,") != "" || body[0] == ',' {
		return 0, errors.New(`bad pattern: \{ without numbers and \}`)
	}
	s.out.WriteString("{" + body + "}")
	return len(`\{`) + len(body) + len(`\}`), nil
}

// bracket translates the bracket expression at the start of text and returns its length, or 0
// if it has no end. In a glob, ! also complements, and a backslash quotes; in a regular
// expression a backslash is a member.
func bracket(text string, isGlob bool) (string, int) {
	var out strings.Builder
	out.WriteByte('[')
	i := 1
	if i < len(text) && (text[i] == '^' || isGlob && text[i] == '!') {
		out.WriteByte('^')
		i++
	}
	for first := true; i < len(text); first = false {
		if text[i] == ']' && !first {
			out.WriteByte(']')
			return out.String(), i + 1
		}
		i += member(&out, text[i:], isGlob)
	}
	return "", 0
}

// member translates one member of a bracket expression and returns its length.
func member(out *strings.Builder, text string, isGlob bool) int {
	if n := named(text); n > 0 {
		out.WriteString(text[:n]) // [:alpha:] is the same in Go
		return n
	}
	switch {
	case text[0] == '-':
		out.WriteString("-")
		return 1
	case text[0] == '\\' && isGlob && len(text) > 1:
		out.WriteString(quoteMember(text[1]))
		return 2
	}
	out.WriteString(quoteMember(text[0]))
	return 1
}

// named returns the length of the character class [:name:] at the start of text, or 0.
func named(text string) int {
	body, ok := strings.CutPrefix(text, "[:")
	if !ok {
		return 0
	}
	name, _, ok := strings.Cut(body, ":]")
	if !ok || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" {
		return 0
	}
	return len("[:") + len(name) + len(":]")
}

func quoteByte(c byte) string {
	return regexp.QuoteMeta(string([]byte{c}))
}

func quoteMember(c byte) string {
	if strings.IndexByte(`[]\^-`, c) >= 0 {
		return `\` + string(c)
	}
	return string([]byte{c})
}
