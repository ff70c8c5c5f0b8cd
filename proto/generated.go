package proto

import (
	"io"
	"path"
	"slices"
	"strings"
)

// The prototypes that tools/protogen makes of a library's headers are many more
// than any program needs. They are not indexed: their file is sorted by name, a
// prototype to a line, and searched.
const (
	generatedPrototypes = "generated.conf"
	generatedTypes      = "generated-types.conf"
)

// A library is one folder of generated files. Its types are its own.
type library struct {
	name  string // of the folder
	text  string // the prototypes, once they are read
	start int    // of the first of them, behind the comments
	scope *scope // nil until a prototype is used
	used  map[string]*item
}

// file is the path of one of the library's files, as the items have it.
func (l *library) file(name string) string { return path.Join(l.name, name) }

// readData reads an embedded file, "" if there is none.
func readData(name string) string {
	f, err := data.Open(path.Join("data", name))
	if err != nil {
		return ""
	}
	defer f.Close()
	var b strings.Builder
	if info, err := f.Stat(); err == nil {
		b.Grow(int(info.Size()))
	}
	io.Copy(&b, f)
	return b.String()
}

// read reads the prototypes, once.
func (l *library) read() {
	if l.text != "" {
		return
	}
	l.text = readData(l.file(generatedPrototypes))
	for strings.HasPrefix(l.text[l.start:], "#") {
		l.start += lineLen(l.text[l.start:])
	}
}

// prefixLine begins the comment that says how a library's functions are known.
const prefixLine = "# Prefixes: "

// knownBy tells whether a function of that name is the library's wherever it is
// met: linked into a program, say.
func (l *library) knownBy(symbol string) bool {
	l.read()
	_, rest, _ := strings.Cut(l.text[:l.start], prefixLine)
	bare := strings.TrimLeft(symbol, "_") // what a macro of that name calls
	for p := range strings.FieldsSeq(rest) {
		if strings.HasPrefix(symbol, p) || strings.HasPrefix(bare, p) {
			return true
		}
	}
	return false
}

// find returns the item of a function; nil if the library has none.
func (l *library) find(t *Types, symbol string) *item {
	if it, known := l.used[symbol]; known {
		return it
	}
	l.read()
	at, line := searchLine(l.text[l.start:], symbol)
	if line == "" {
		return nil
	}
	at += l.start
	it := &item{
		heading: heading{kindPrototype, symbol},
		chunk:   chunk{line, 1 + strings.Count(l.text[:at], "\n")},
		file:    l.file(generatedPrototypes),
		scope:   l.types(t),
	}
	l.used[symbol] = it
	return it
}

// types is the scope of the library's own types.
func (l *library) types(t *Types) *scope {
	if l.scope == nil {
		l.scope = newScope(t.scope, t.arch)
		l.scope.shipped = true
		name := l.file(generatedTypes)
		for _, c := range split(readData(name)) {
			l.scope.define(&item{heading: headingOf(c.text), chunk: c, file: name, scope: l.scope})
		}
	}
	return l.scope
}

// searchLine finds the prototype of that name in text, whose lines are sorted
// by their names, and where it begins.
func searchLine(text, name string) (at int, line string) {
	low, high := 0, len(text)
	for low < high {
		start := low + strings.LastIndexByte(text[low:(low+high)/2], '\n') + 1
		line := text[start : start+lineLen(text[start:])]
		switch c := strings.Compare(prototypeName(line), name); {
		case c == 0:
			return start, line
		case c < 0:
			low = start + len(line)
		default:
			high = start
		}
	}
	return 0, ""
}

// generated returns the item of symbol in the generated files of the library
// object.
func (t *Types) generated(object, symbol string) *item {
	i, ok := slices.BinarySearchFunc(t.libraries, libraryOf(object), func(l *library, name string) int {
		return strings.Compare(l.name, name)
	})
	if !ok {
		return nil
	}
	return t.libraries[i].find(t, symbol)
}

// generatedAnywhere returns the item of symbol in the first generated file that
// has it, among those of libraries that the name alone tells of.
func (t *Types) generatedAnywhere(symbol string) *item {
	for _, l := range t.libraries {
		if !l.knownBy(symbol) {
			continue
		}
		if it := l.find(t, symbol); it != nil {
			return it
		}
	}
	return nil
}
