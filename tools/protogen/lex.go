package main

import "strings"

// A token is one token of preprocessed C: a word, a number, a string or
// character with its quotes, or a mark. The last one is empty.
type token string

func (t token) isWord() bool { return t != "" && isLetter(t[0]) }

func isLetter(b byte) bool {
	return b == '_' || b == '$' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// marks of more than one character that matter in declarations and constant
// expressions.
var longMarks = []string{"...", "<<", ">>", "&&", "||", "==", "!=", "<=", ">="}

// lex cuts the output of "gcc -E -P" into tokens.
func lex(text string) []token {
	var list []token
	bol := true
	for i := 0; i < len(text); {
		b := text[i]
		if b == '\n' {
			bol = true
			i++
			continue
		}
		if b == ' ' || b == '\t' || b == '\r' || b == '\f' || b == '\v' {
			i++
			continue
		}
		if b == '#' && bol { // a pragma
			i += lineLength(text[i:])
			continue
		}
		bol = false
		n := tokenLength(text[i:])
		list = append(list, token(text[i:i+n]))
		i += n
	}
	return append(list, "")
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
