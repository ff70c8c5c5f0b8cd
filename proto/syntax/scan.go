package syntax

import (
	"fmt"
	"strings"
)

// An Error is a fault in a file of prototypes.
type Error struct {
	File      string
	Line, Col int // from 1; Col counts bytes
	Msg       string
}

// Error returns "FILE:LINE:COL: message".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
}

// A Chunk is the text of one item, not parsed yet.
type Chunk struct {
	Text string
	Line int // of its first byte, from 1
}

// Split cuts text into items. An item ends at a line's end outside all
// brackets, or before a line that starts with a letter in its first column, so
// that an unclosed bracket costs one item only.
func Split(text string) []Chunk {
	chunks := make([]Chunk, 0, len(text)/64)
	start, line, from, depth := 0, 0, 0, 0
	for off := 0; off < len(text); {
		end := off + lineLen(text[off:])
		line++
		if depth > 0 && isLetter(text[off]) {
			chunks = append(chunks, Chunk{text[start:off], from})
			depth = 0
		}
		if depth == 0 {
			start, from = off, line
		}
		depth += nesting(text[off:end], depth == 0)
		if depth <= 0 {
			depth = 0
			chunks = appendItem(chunks, Chunk{text[start:end], from})
		}
		off = end
	}
	if depth > 0 {
		chunks = append(chunks, Chunk{text[start:], from})
	}
	return chunks
}

// appendItem appends c unless it is blank or nothing but a comment.
func appendItem(chunks []Chunk, c Chunk) []Chunk {
	for i := range len(c.Text) {
		switch c.Text[i] {
		case ' ', '\t', '\r', '\n':
			continue
		case '#', ';':
			return chunks
		}
		return append(chunks, c)
	}
	return chunks
}

// lineLen is the length of the first line of text, with its line feed.
func lineLen(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}

// structural are the bytes that nesting looks at.
var structural = [256]bool{'#': true, ';': true, '(': true, ')': true, '{': true, '}': true, '[': true, ']': true, '"': true, '\'': true}

// nesting tells how many more brackets line opens than it closes. At the
// outermost level a semicolon begins a comment.
func nesting(line string, outer bool) int {
	depth := 0
	for i := 0; i < len(line); i++ {
		if !structural[line[i]] {
			continue
		}
		switch line[i] {
		case '#':
			return depth
		case ';':
			if outer && depth == 0 {
				return depth
			}
		case '(', '{', '[':
			depth++
		case ')', '}', ']':
			depth--
		case '"':
			i += quoted(line[i:])
		case '\'':
			i += charLen(line[i:]) - 1
		}
	}
	return depth
}

// quoted is how far the closing quote of s, which starts with one, is from its
// start: at most to the end of the line.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\n' {
			return i
		}
	}
	return len(s)
}

// charLen is the length of the character constant that s starts with, 1 if it
// is none.
func charLen(s string) int {
	if len(s) >= 3 && s[2] == '\'' && s[1] != '\n' {
		return 3
	}
	return 1
}

func isLetter(b byte) bool {
	return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// A Heading is what can be told of an item without parsing it.
type Heading struct{ Kind, Name string }

// Kinds of items.
const (
	KindPrototype = "prototype"
	KindTypedef   = "typedef"
	KindFlags     = "flags"
	KindEnum      = "enum"
	KindStruct    = "struct"
	KindUnion     = "union"
	KindConst     = "const"
	KindImport    = "import"
)

// HeadingOf finds the kind and name of an item by its first words, or, of a
// prototype, by the word before the parameters.
func HeadingOf(text string) Heading {
	word, rest := cutWord(text)
	name, after := cutWord(rest)
	after = strings.TrimLeft(after, " \t\r\n")
	switch word {
	case KindTypedef, KindFlags:
		if name != "" {
			return Heading{word, name}
		}
	case KindEnum:
		if name != "" && (strings.HasPrefix(after, "{") || setOption(after)) {
			return Heading{word, name}
		}
	case KindStruct, KindUnion:
		if name != "" && (strings.HasPrefix(after, "{") || structOption(after)) {
			return Heading{word, name}
		}
	case KindConst:
		if name != "" && after != "" && (isDigit(after[0]) || after[0] == '-' || after[0] == '\'') {
			return Heading{word, name}
		}
	case KindImport:
		return Heading{word, ""}
	}
	return Heading{KindPrototype, PrototypeName(text)}
}

// structOption tells whether text goes on as the options of a struct do.
func structOption(text string) bool {
	word, rest := cutWord(text)
	rest = strings.TrimLeft(rest, " \t\r\n")
	switch word {
	case "packed":
		return true
	case "from", "size":
		return rest != "" && isDigit(rest[0])
	case "as":
		_, rest = cutWord(rest)
		return strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), "{")
	}
	return false
}

// setOption tells whether text goes on as the options of a set do.
func setOption(text string) bool {
	if strings.HasPrefix(text, ":") {
		return true
	}
	word, _ := cutWord(text)
	return word == "hex" || word == "octal" || word == "decimal" || strings.Contains(word, "?")
}

// cutWord returns the identifier that text starts with, after blanks.
func cutWord(text string) (word, rest string) {
	text = strings.TrimLeft(text, " \t\r\n")
	n := wordLen(text)
	return text[:n], text[n:]
}

// wordLen is the length of the identifier that s starts with. Symbols may have
// dots, dollar signs and versions; sets may have question marks.
func wordLen(s string) int {
	if s == "" || !isLetter(s[0]) && s[0] != '?' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		if b := s[i]; !isLetter(b) && !isDigit(b) && b != '$' && b != '?' && (b != '.' || strings.HasPrefix(s[i:], "...")) && b != '@' {
			return i
		}
	}
	return len(s)
}

// PrototypeName finds the word that is followed by the parameters: the first
// one before a parenthesis, outside brackets, with something of a type in front.
func PrototypeName(text string) string {
	depth := 0
	last := "" // the word just passed, if nothing but blanks came after it
	typed, wasTyped := false, false
	for i := 0; i < len(text); i++ {
		b := text[i]
		if n := wordLen(text[i:]); n > 0 {
			word := text[i : i+n]
			if depth == 0 {
				last, wasTyped = word, typed
				typed = typed || word != "function" && word != "const"
			}
			i += n - 1
			continue
		}
		switch b {
		case '#':
			i += lineLen(text[i:]) - 1
		case '(', '[', '{':
			if b == '(' && depth == 0 && last != "" && wasTyped {
				return last
			}
			depth++
			last = ""
		case ')', ']', '}':
			depth--
			last, typed = "", true
		case ' ', '\t', '\r', '\n':
		default:
			last = ""
		}
	}
	return ""
}
