package proto

import (
	"embed"
	"io"
	"io/fs"
	"path"
	"strings"

	"plait/proto/syntax"
)

// tools/protogen makes many more prototypes of a library's headers than a program needs.
// They are not indexed. Their file has one prototype in a line and is sorted by name, so
// that it can be searched.
const (
	generatedFolder     = "generated"
	generatedPrototypes = "prototypes.conf"
	generatedTypes      = "types.conf"
)

// A library is one folder of generated files. Its types are its own.
type library struct {
	name  string // of the folder
	head  string // the beginning of the file of prototypes
	text  string // the whole file, once it is read
	start int    // offset of the first prototype, after the comments
	scope *scope // nil until a prototype is used
	used  map[string]*item
}

// file returns the path of one of the library's files, as items have it.
func (l *library) file(name string) string { return path.Join(generatedFolder, l.name, name) }

// readData returns the text of an embedded file, or "" if there is none.
func readData(files embed.FS, name string) string {
	f, err := files.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	return readAll(f, 1<<30)
}

// readAll returns the first most bytes of a file, or all if it is shorter.
func readAll(f fs.File, most int64) string {
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	var b strings.Builder
	b.Grow(int(min(info.Size(), most)))
	_, _ = io.CopyBuffer(&b, io.LimitReader(f, most), make([]byte, 4<<10))
	return b.String()
}

// path returns where one of the library's files is embedded.
func (l *library) path(name string) string { return path.Join("data", l.file(name)) }

// library returns the generated files of the library in that folder, or nil if there are
// none.
func (t *Types) library(name string) *library {
	l, known := t.libraries[name]
	if known {
		return l
	}
	made := &library{name: name, used: map[string]*item{}}
	if f, err := generated.Open(made.path(generatedPrototypes)); err == nil {
		defer f.Close()
		made.head = readAll(f, headSize)
		l = made
	}
	t.libraries[name] = l
	return l
}

// everyLibrary returns all libraries with generated files, by name.
func (t *Types) everyLibrary() []*library {
	t.begin()
	if t.all != nil {
		return t.all
	}
	dirs, _ := generated.ReadDir(path.Join("data", generatedFolder))
	for _, d := range dirs {
		if l := t.library(d.Name()); l != nil {
			t.all = append(t.all, l)
		}
	}
	return t.all
}

// headSize is the number of bytes at the start of a generated file that have all its
// leading comments.
const headSize = 4 << 10

// read reads the file of prototypes, once.
func (l *library) read() {
	if l.text != "" {
		return
	}
	l.text = readData(generated, l.path(generatedPrototypes))
	for strings.HasPrefix(l.text[l.start:], "#") {
		l.start += len(firstLine(l.text[l.start:]))
	}
}

// prefixLine begins the comment with the prefixes by which a library's functions are
// recognized.
const prefixLine = "# Prefixes: "

// firstLine returns the first line of text, with its line feed.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		return line
	}
	return ""
}

// ownsName reports whether a function of that name belongs to the library even if another
// object has it, such as a program that the library is linked into.
func (l *library) ownsName(symbol string) bool {
	_, rest, found := strings.Cut(l.head, prefixLine)
	if !found {
		return false
	}
	rest = firstLine(rest)
	bare := strings.TrimLeft(symbol, "_") // a macro may call the function with underscores
	for p := range strings.FieldsSeq(rest) {
		if strings.HasPrefix(symbol, p) || strings.HasPrefix(bare, p) {
			return true
		}
	}
	return false
}

// find returns the item of a function, or nil if the library has none.
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
		Heading: syntax.Heading{Kind: syntax.KindPrototype, Name: symbol},
		Chunk:   syntax.Chunk{Text: line, Line: 1 + strings.Count(l.text[:at], "\n")},
		file:    l.file(generatedPrototypes),
		scope:   l.types(t),
	}
	l.used[symbol] = it
	return it
}

// types returns the scope of the library's own types.
func (l *library) types(t *Types) *scope {
	if l.scope == nil {
		l.scope = newScope(t.scope, t.arch)
		l.scope.shipped = true
		name := l.file(generatedTypes)
		for _, c := range syntax.Split(readData(generated, l.path(generatedTypes))) {
			l.scope.define(&item{Heading: syntax.HeadingOf(c.Text), Chunk: c, file: name, scope: l.scope})
		}
	}
	return l.scope
}

// searchLine returns the prototype of that name in text, whose lines are sorted by name,
// and its offset.
func searchLine(text, name string) (at int, line string) {
	return searchLines(text, name, syntax.PrototypeName)
}

// searchLines returns the line of a name in sorted lines, and its offset.
func searchLines(text, name string, nameOf func(line string) string) (at int, line string) {
	low, high := 0, len(text)
	for low < high {
		start := low + strings.LastIndexByte(text[low:(low+high)/2], '\n') + 1
		line := firstLine(text[start:])
		switch c := strings.Compare(nameOf(line), name); {
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

// generated returns the item of symbol in the generated files about object.
func (t *Types) generated(object, symbol string) *item {
	if l := t.library(libraryOf(object)); l != nil {
		return l.find(t, symbol)
	}
	return nil
}

// generatedAnywhere returns the item of symbol in the generated files of a library that
// the name alone identifies. It returns nil if object has generated files with such
// names, which would have symbol if it were the object's. It also returns nil if two
// libraries have different functions of that name, because then it is unknown which one
// is meant.
func (t *Types) generatedAnywhere(object, symbol string) *item {
	if own := t.library(libraryOf(object)); own != nil && own.ownsName(symbol) {
		return nil
	}
	var found *item
	for _, l := range t.everyLibrary() {
		if !l.ownsName(symbol) {
			continue
		}
		it := l.find(t, symbol)
		if it != nil && found != nil && it.Text != found.Text {
			return nil
		}
		if found == nil {
			found = it
		}
	}
	return found
}
