package main

import "strings"

// A token is one token of preprocessed C: a word, a number, a string or character with
// its quotes, or a mark. The last one is empty.
type token string

func (t token) isWord() bool { return t != "" && isLetter(t[0]) }

func isLetter(b byte) bool {
	return b == '_' || b == '$' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// longMarks are marks of more than one character that matter in declarations and
// constant expressions.
var longMarks = []string{"...", "<<", ">>", "&&", "||", "==", "!=", "<=", ">="}

// lex splits the output of "gcc -E -P -C" into tokens. A comment at the place of a
// parameter's name (Display* /* display */) is taken for the name.
func lex(text string) []token {
	l := lexer{text: text, bol: true}
	for l.at < len(text) {
		l.token()
	}
	return append(l.list, "")
}

// A lexer is at some place in its text.
type lexer struct {
	text string
	at   int
	bol  bool // nothing but blanks on this line yet
	list []token
	open []token // brackets
}

func (l *lexer) token() {
	rest := l.text[l.at:]
	switch b := rest[0]; {
	case b == '\n':
		l.bol = true
		l.at++
		return
	case b == ' ' || b == '\t' || b == '\r' || b == '\f' || b == '\v':
		l.at++
		return
	case b == '#' && l.bol, strings.HasPrefix(rest, "//"): // a pragma
		l.at += lineLength(rest)
		return
	case strings.HasPrefix(rest, "/*"):
		l.comment(rest)
		return
	}
	l.bol = false
	n := tokenLength(rest)
	l.add(token(rest[:n]))
	l.at += n
}

func (l *lexer) add(t token) {
	l.list = append(l.list, t)
	switch t {
	case "(", "[", "{":
		l.open = append(l.open, t)
	case ")", "]", "}":
		l.open = l.open[:max(0, len(l.open)-1)]
	}
}

// comment skips a comment. The comment is a name if it is one word, inside parentheses,
// apparently behind a type, and before what ends a parameter.
func (l *lexer) comment(rest string) {
	body, behind, _ := strings.Cut(rest[2:], "*/")
	l.at = len(l.text) - len(behind)
	word := strings.TrimSpace(body)
	behind = strings.TrimLeft(behind, " \t\r\n")
	if word == "" || !isLetter(word[0]) || wordLength(word) < len(word) || behind == "" || behind[0] != ',' && behind[0] != ')' {
		return
	}
	if len(l.open) > 0 && l.open[len(l.open)-1] == "(" && l.behindType() {
		l.add(token(word))
	}
}

// behindType reports whether the last token ends a type without a name behind it.
func (l *lexer) behindType() bool {
	n := len(l.list)
	if n < 2 {
		return false
	}
	last, before := l.list[n-1], l.list[n-2]
	if last == "*" || isBaseWord(last) {
		return true
	}
	return last.isWord() && (before == "(" || before == "," || isConstWord(before) || isTagWord(before))
}

func lineLength(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

func tokenLength(s string) int {
	switch {
	case s[0] == '"' || s[0] == '\'':
		return quotedLength(s)
	case isLetter(s[0]) || isDigit(s[0]):
		return wordLength(s)
	}
	for _, m := range longMarks {
		if strings.HasPrefix(s, m) {
			return len(m)
		}
	}
	return 1
}

func wordLength(s string) int {
	for i := 1; i < len(s); i++ {
		if !isLetter(s[i]) && !isDigit(s[i]) && !(isDigit(s[0]) && s[i] == '.') {
			return i
		}
	}
	return len(s)
}

func quotedLength(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		}
	}
	return len(s)
}
