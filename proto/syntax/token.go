package syntax

import (
	"slices"
	"strconv"
	"strings"
)

// A Pos is a position in a file. Line and Col count from 1; Col counts bytes.
type Pos struct{ Line, Col int }

type tokenKind uint8

const (
	tokEOF tokenKind = iota
	tokWord
	tokInt
	tokString
	tokPunct
)

type token struct {
	kind tokenKind
	text string // as written; a string without its quotes
	num  uint64 // of a tokInt
	at   Pos
}

// A lexer cuts one item into tokens.
type lexer struct {
	text string
	off  int
	at   Pos
}

func newLexer(c Chunk) *lexer { return &lexer{text: c.Text, at: Pos{c.Line, 1}} }

// skip moves past n bytes. Only the last of them may be a line feed.
func (l *lexer) skip(n int) {
	if n > 0 && l.text[l.off+n-1] == '\n' {
		l.at = Pos{l.at.Line + 1, 1}
	} else {
		l.at.Col += n
	}
	l.off += n
}

func (l *lexer) blanks() {
	for l.off < len(l.text) {
		switch b := l.text[l.off]; b {
		case ' ', '\t', '\r', '\n':
			l.skip(1)
		case '#':
			l.skip(lineLen(l.text[l.off:]))
		default:
			return
		}
	}
}

// next returns the next token. A byte that starts no other token is a tokPunct,
// which no rule of the grammar accepts.
func (l *lexer) next() token {
	end := l.at
	l.blanks()
	rest := l.text[l.off:]
	t := token{at: l.at}
	n := 0
	switch {
	case rest == "":
		t.at = end
		return t
	case wordLen(rest) > 0:
		t.kind, n = tokWord, wordLen(rest)
	case isDigit(rest[0]):
		t.kind, n = tokInt, intLen(rest)
	case rest[0] == '\'' && charLen(rest) == 3:
		t.kind, n = tokInt, 3
	case rest[0] == '"' && quoted(rest) < len(rest) && rest[quoted(rest)] == '"':
		t.kind, n = tokString, quoted(rest)+1
	case strings.HasPrefix(rest, "..."):
		t.kind, n = tokPunct, 3
	case len(rest) > 1 && slices.Contains(pairs, rest[:2]):
		t.kind, n = tokPunct, 2
	default:
		t.kind, n = tokPunct, 1
	}
	t.text = rest[:n]
	l.skip(n)
	return t.evaluated()
}

// pairs are the tokens of two bytes.
var pairs = []string{">>", "==", "!=", "<=", ">=", "&&", "||"}

// intLen returns the length of the run of digits and letters at the start of s,
// whose first byte is a digit.
func intLen(s string) int {
	n := 1
	for n < len(s) && (isDigit(s[n]) || isLetter(s[n])) {
		n++
	}
	return n
}

// evaluated returns t without quotes, or with its number. A tokInt that is not a
// number becomes a tokPunct, which the parser then reports.
func (t token) evaluated() token {
	switch {
	case t.kind == tokString:
		t.text = t.text[1 : len(t.text)-1]
	case t.kind == tokInt && t.text[0] == '\'':
		t.num = uint64(t.text[1])
	case t.kind == tokInt:
		var ok bool
		if t.num, ok = parseInt(t.text); !ok {
			t.kind = tokPunct
		}
	}
	return t
}

// parseInt reads a C integer constant. It ignores suffixes.
func parseInt(s string) (uint64, bool) {
	n, err := strconv.ParseUint(strings.TrimRight(s, "uUlL"), 0, 64)
	return n, err == nil && !strings.Contains(s, "_")
}
