package syntax

import (
	"fmt"
	"iter"
	"strings"
)

// An Error is an error in a prototype file.
type Error struct {
	File      string
	Line, Col int // as in Pos
	Msg       string
}

// Error returns "FILE:LINE:COL: message".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
}

// A Chunk is the unparsed text of one item.
type Chunk struct {
	Text string
	Line int // of the first byte, from 1
}

// Split cuts text into items. An item ends at the end of a line if all brackets are
// closed. It also ends before a line that has a letter in its first column, so that
// an unclosed bracket costs only one item.
func Split(text string) []Chunk {
	chunks := make([]Chunk, 0, len(text)/64)
	for line := 1; text != ""; {
		n, lines := itemLen(text)
		chunks = appendItem(chunks, Chunk{text[:n], line})
		text = text[n:]
		line += lines
	}
	return chunks
}

// itemLen returns the length of the first item of text, and how many lines it has.
func itemLen(text string) (n, lines int) {
	depth := 0
	for n < len(text) {
		end := n + lineLen(text[n:])
		lines++
		if end < len(text) && isLetter(text[end]) {
			return end, lines // it ends here, whatever is open
		}
		depth += nesting(text[n:end], depth == 0)
		n = end
		if depth <= 0 {
			break
		}
	}
	return n, lines
}

// Named returns the items of text that define name, as Split cuts them, without cutting
// the rest. It finds only those that begin with a letter in the first column.
func Named(text, name string) []Chunk {
	var chunks []Chunk
	for from := 0; name != ""; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			break
		}
		at := from + i
		from = at + len(name)
		start := itemStart(text[:at])
		c := ItemAt(text, start)
		if at < start+len(c.Text) && HeadingOf(c.Text).Name == name {
			chunks = append(chunks, c)
			from = start + len(c.Text)
		}
	}
	return chunks
}

// ItemAt returns the item that begins at an offset of text.
func ItemAt(text string, start int) Chunk {
	n, _ := itemLen(text[start:])
	return Chunk{text[start : start+n], 1 + strings.Count(text[:start], "\n")}
}

// Starts returns the offsets of the lines of text that have a letter in the first column,
// where items begin, and what is left of the text there.
func Starts(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for start := 0; start < len(text); start += lineLen(text[start:]) {
			if isLetter(text[start]) && !yield(start, text[start:]) {
				return
			}
		}
	}
}

// itemStart returns where the last line of text begins that has a letter in its first
// column; 0 if there is none.
func itemStart(text string) int {
	for {
		start := strings.LastIndexByte(text, '\n') + 1
		if start == 0 || start < len(text) && isLetter(text[start]) {
			return start
		}
		text = text[:start-1]
	}
}

// appendItem appends c unless it is blank or starts with a comment.
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

// lineLen returns the length of the first line of text, including its line feed.
func lineLen(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}

// structural holds the bytes that nesting looks at.
var structural = [256]bool{'#': true, ';': true, '(': true, ')': true, '{': true, '}': true, '[': true, ']': true, '"': true, '\'': true}

// nesting returns the number of brackets that line opens minus the number that it
// closes. Outside all brackets a semicolon starts a comment.
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

// quoted returns the offset of the closing quote in s, which starts with a quote; or
// of the end of the line, if there is none.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\n' {
			return i
		}
	}
	return len(s)
}

// charLen returns the length of the character constant at the start of s; 1 if there
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

// A Heading is the kind and name of an item.
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
	KindExplain   = "explain"
)

// HeadingOf finds the kind and name of an item without parsing it: by its first
// words; for a prototype, by the word before the parameters.
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
	case KindExplain:
		if name != "" && (strings.HasPrefix(after, "{") || strings.HasPrefix(after, "\"") || explainOption(after)) {
			return Heading{word, name}
		}
	}
	return Heading{KindPrototype, PrototypeName(text)}
}

// explainOption reports whether text starts with an option of an explain item.
func explainOption(text string) bool {
	word, _ := cutWord(text)
	return word == "writes" || word == "pure"
}

// structOption reports whether text starts with an option of a struct.
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

// setOption reports whether text starts with an option of flags or enum.
func setOption(text string) bool {
	if strings.HasPrefix(text, ":") {
		return true
	}
	word, _ := cutWord(text)
	return word == "hex" || word == "octal" || word == "decimal" || strings.Contains(word, "?")
}

// cutWord splits text after its first identifier, which blanks may precede.
func cutWord(text string) (word, rest string) {
	text = strings.TrimLeft(text, " \t\r\n")
	n := wordLen(text)
	return text[:n], text[n:]
}

// wordLen returns the length of the identifier at the start of s. Symbols may contain
// dots, dollar signs and versions. The remark of a set, such as O_???, has question
// marks, as has errno?.
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

// PrototypeName returns the name of the function that text declares: the first word
// outside brackets that a parenthesis follows and a type precedes; "" if there is none.
func PrototypeName(text string) string {
	depth := 0
	last := "" // the previous word, if only blanks follow it
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
