package plait_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestNames fails on a name in a comment or a document that does not exist: a file
// name.go, a pkg.Name, a Type.member, a name with capitals inside (maxDelay,
// NewBuffer), and in the comment of a struct a field that a sentence is about.
func TestNames(t *testing.T) {
	b := newBook(t)
	for file, comments := range b.comments {
		for _, c := range comments {
			for _, name := range b.unknown(filepath.ToSlash(filepath.Dir(file)), c) {
				t.Errorf("%s:%d: there is no %s", file, c.line, name)
			}
		}
	}
	documents, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range append(documents, "README.md") {
		for i, line := range strings.Split(string(read(t, document)), "\n") {
			for _, name := range b.unknownIn(line) {
				t.Errorf("%s:%d: there is no %s", document, i+1, name)
			}
		}
	}
}

// TestUnknown shows that the rules can fail, and what they allow.
func TestUnknown(t *testing.T) {
	b := newBook(t)
	for _, test := range []struct{ room, text, want string }{
		{"event", "see value.go and event/call.go, in ../deps_test.go as well", ""},
		{"plt", "its bytes in the comment of stub.go", "stub.go"},
		{"plt", "its bytes in plt/stub.go", "plt/stub.go"},
		{"tracer", "all of inject*.c, a name that ends in _amd64.go, elf.h", ""},
		{"output", "an event.Sink or text.Options.Align, unlike os.File", ""},
		{"output", "an event.Drain", "event.Drain"},
		{"output", "text.Options.Slant", "text.Options.Slant"},
		{"output", "Buffer.Write and Buffer.closed", ""},
		{"output", "Buffer.Empty is no method", "Buffer.Empty"},
		{"output", "no more than maxDelay, by NewBuffer", ""},
		{"output", "no more than maxDealy", "maxDealy"},
		{"output", "by MakeBuffer", "MakeBuffer"},
	} {
		if got := strings.Join(b.unknown(test.room, comment{text: test.text}), " "); got != test.want {
			t.Errorf("%s: %q: found %q, want %q", test.room, test.text, got, test.want)
		}
	}
	for _, test := range []struct{ text, want string }{
		{"A Rec is a struct. Name and Detail are filled in on request. Bits is its size.", "Rec.Detail"},
		{"A Rec is one. Lead, if any, comes first. It has bits. Nothing is lost.", "Rec.Lead"},
		{"Rec is one. Shown is false where the result comes first.", "Rec.Shown"},
	} {
		c := comment{text: test.text, owner: "Rec", fields: []string{"Name", "Bits"}}
		if got := strings.Join(b.unknown("event", c), " "); got != test.want {
			t.Errorf("%q: found %q, want %q", test.text, got, test.want)
		}
	}
	for _, test := range []struct{ text, want string }{
		{"`deps_test.go` has `TestArrows`, and `output.Find` finds `event.Sink`s of `strace.c` or `--format`", ""},
		{"see `tracer/none.go`, `output.Formate`, `TestArrowz`", "tracer/none.go output.Formate TestArrowz"},
	} {
		if got := strings.Join(b.unknownIn(test.text), " "); got != test.want {
			t.Errorf("%q: found %q, want %q", test.text, got, test.want)
		}
	}
}

// calledByName matches functions that only the go command calls. Their comments say
// what is tested or shown.
var calledByName = regexp.MustCompile(`^(Test|Fuzz|Benchmark|Example|init$)`)

// TestDocsBegin demands that the comment of a function begins with its name.
func TestDocsBegin(t *testing.T) {
	for _, file := range allGoFiles(t) {
		fset, tree := parse(t, file, parser.ParseComments)
		for _, d := range tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && !calledByName.MatchString(f.Name.Name) && !beginsWith(f.Doc.Text(), f.Name.Name) {
				t.Errorf("%s: the comment does not begin with %s", fset.Position(f.Pos()), f.Name.Name)
			}
		}
	}
}

// beginsWith reports whether a comment's first word is name, or there is no comment.
func beginsWith(text, name string) bool {
	words := strings.Fields(text)
	return len(words) == 0 || strings.TrimRight(words[0], ":,.") == name
}

// TestBeginsWith shows that the rule can fail.
func TestBeginsWith(t *testing.T) {
	for text, want := range map[string]bool{"": true, "Run runs.": true, "Run: it runs.": true, "Runs it.": false, "Start runs.": false} {
		if got := beginsWith(text, "Run"); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// foreign are names of other programs that look like ours: from Linux, libraries, Go's
// runtime, decoded code, and units.
var foreign = strings.Fields(`TracerPid SigIgn SigBlk E2BIG L2CAP vDSO gABI KiB MiB DuckDB
	TestName XtVaSetValues pkgCache StringRef RvvvvLpp WvvvvLpp zLLbVaaa`)

// pattern matches a name with a part that stands for others: argN, lens_NAME.go.
var pattern = regexp.MustCompile(`^([a-z]+)N$|NAME|<\w+>`)

// A book has all names of the module.
type book struct {
	files    []string                   // paths from the root
	rooms    map[string][]string        // by a package's name: its folders
	declared map[string]map[string]bool // by folder: what its code names
	members  map[string]map[string]bool // by folder and type, "output.Buffer": fields and methods
	top      map[string]bool            // "output.Find": what is declared outside of functions
	all      map[string]bool            // what any code names
	comments map[string][]comment
}

// A comment is one comment of a file. If it is a struct's, it has what the struct is
// and has.
type comment struct {
	text   string
	line   int
	owner  string
	fields []string
}

func newBook(t *testing.T) *book {
	t.Helper()
	b := &book{rooms: map[string][]string{}, declared: map[string]map[string]bool{}, members: map[string]map[string]bool{},
		top: map[string]bool{}, all: map[string]bool{}, comments: map[string][]comment{}}
	for _, file := range allGoFiles(t) {
		text := read(t, file)
		b.files = append(b.files, filepath.ToSlash(file))
		fset, tree := parse(t, file, parser.ParseComments)
		b.enter(filepath.ToSlash(filepath.Dir(file)), tree)
		if !isGenerated(text) && file != "names_test.go" { // it has names that do not exist
			b.comments[file] = commentsOf(fset, tree)
		}
	}
	return b
}

// allGoFiles returns those of the module, and its generators.
func allGoFiles(t *testing.T) []string {
	t.Helper()
	files := goFiles(t)
	for _, pattern := range []string{"*/gen*.go", "*/*/gen*.go", "tools/*/*.go"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// enter adds the names of a file.
func (b *book) enter(room string, tree *ast.File) {
	if b.declared[room] == nil {
		b.declared[room] = map[string]bool{}
	}
	if name := tree.Name.Name; !slices.Contains(b.rooms[name], room) && name != "main" && !strings.HasSuffix(name, "_test") {
		b.rooms[name] = append(b.rooms[name], room)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			b.declared[room][n.Name] = true
			b.all[n.Name] = true
		case *ast.TypeSpec:
			b.addMembers(room, n)
			b.top[room+"."+n.Name.Name] = true
		case *ast.FuncDecl:
			b.top[room+"."+n.Name.Name] = true
			if n.Recv != nil {
				b.addMember(room, receiver(n.Recv.List[0].Type), n.Name.Name)
			}
		}
		return true
	})
	for _, d := range tree.Decls {
		b.enterValues(room, d)
	}
}

// enterValues adds constants and variables.
func (b *book) enterValues(room string, d ast.Decl) {
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, s := range g.Specs {
		if v, ok := s.(*ast.ValueSpec); ok {
			for _, name := range v.Names {
				b.top[room+"."+name.Name] = true
			}
		}
	}
}

func (b *book) addMembers(room string, spec *ast.TypeSpec) {
	b.addMember(room, spec.Name.Name, "")
	for _, name := range fieldsOf(spec) {
		b.addMember(room, spec.Name.Name, name)
	}
}

func (b *book) addMember(room, of, name string) {
	key := room + "." + of
	if b.members[key] == nil {
		b.members[key] = map[string]bool{}
	}
	b.members[key][name] = true
}

// receiver returns the name of the type of a method.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// fieldsOf returns the fields of a struct, or the methods of an interface. "*" stands
// for embedded ones, whose members are not looked up.
func fieldsOf(spec *ast.TypeSpec) (names []string) {
	var list *ast.FieldList
	switch typ := spec.Type.(type) {
	case *ast.StructType:
		list = typ.Fields
	case *ast.InterfaceType:
		list = typ.Methods
	default:
		return nil
	}
	for _, f := range list.List {
		for _, name := range f.Names {
			names = append(names, name.Name)
		}
		if len(f.Names) == 0 {
			names = append(names, "*")
		}
	}
	return names
}

// commentsOf returns the comments of a file.
func commentsOf(fset *token.FileSet, tree *ast.File) (list []comment) {
	owners := map[*ast.CommentGroup]*ast.TypeSpec{}
	for _, d := range tree.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, s := range g.Specs {
			spec := s.(*ast.TypeSpec)
			if _, is := spec.Type.(*ast.StructType); is && g.Doc != nil {
				owners[g.Doc] = spec
			}
		}
	}
	for _, group := range tree.Comments {
		c := comment{text: group.Text(), line: fset.Position(group.Pos()).Line}
		if spec := owners[group]; spec != nil {
			c.owner, c.fields = spec.Name.Name, fieldsOf(spec)
		}
		list = append(list, c)
	}
	return list
}

var (
	goFile  = regexp.MustCompile(`[\w./*<>-]*\w[*>]?\.go\b`)
	dotted  = regexp.MustCompile(`(^|[^\w./-])([A-Za-z]\w*)\.([A-Za-z]\w*)(\.[A-Za-z]\w*)?`)
	capital = regexp.MustCompile(`(^|[^\w./:%$&'"\\-])([a-z]+[a-z0-9]*[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*)`)
	// subject matches a field that a sentence is about: "Shown is false", "Lead, if
	// any", "Path and Detail are".
	subject = regexp.MustCompile(`(?:^|[.:;] |\n)([A-Z][a-z]\w*)(?: and ([A-Z]\w*))?(?: is | are | holds |, if |, where known)`)
	quoted  = regexp.MustCompile("`[^`]+`")
)

// unknown returns the names in a comment of a room that do not exist.
func (b *book) unknown(room string, c comment) (names []string) {
	for _, name := range goFile.FindAllString(c.text, -1) {
		if !b.hasFile(room, name) {
			names = append(names, name)
		}
	}
	for _, m := range dotted.FindAllStringSubmatch(c.text, -1) {
		if !b.hasDotted(room, m[2], m[3], strings.TrimPrefix(m[4], ".")) {
			names = append(names, m[2]+"."+m[3]+m[4])
		}
	}
	for _, m := range capital.FindAllStringSubmatch(c.text, -1) {
		if !b.isKnown(m[2]) {
			names = append(names, m[2])
		}
	}
	return append(names, b.subjects(room, c)...)
}

// subjects returns the fields that sentences in the comment of a struct are about and
// that the struct lacks. Ordinary words begin sentences, too.
func (b *book) subjects(room string, c comment) (names []string) {
	if c.owner == "" || slices.Contains(c.fields, "*") {
		return nil
	}
	for _, m := range subject.FindAllStringSubmatch(c.text, -1) {
		for _, name := range m[1:] {
			if name == "" || name == c.owner || slices.Contains(c.fields, name) || b.top[room+"."+name] || slices.Contains(ordinary, name) {
				continue
			}
			names = append(names, c.owner+"."+name)
		}
	}
	return names
}

// ordinary are words that sentences begin with.
var ordinary = strings.Fields(`It This That These Those There They What Which Who All Both Each Nothing None One Some Any He`)

// unknownIn returns the names in the quoted words of a line of a document that do not
// exist.
func (b *book) unknownIn(line string) (names []string) {
	for _, word := range quoted.FindAllString(line, -1) {
		word = strings.Trim(word, "`")
		switch {
		case strings.HasSuffix(word, ".go"):
			if !b.hasFile("", word) {
				names = append(names, word)
			}
		case strings.ContainsAny(word, " /<>(=-"):
		default:
			names = append(names, b.unknownWord(word)...)
		}
	}
	return names
}

func (b *book) unknownWord(word string) (names []string) {
	if m := dotted.FindStringSubmatch(word); m != nil && m[0] == word {
		if !b.hasDotted("", m[2], m[3], strings.TrimPrefix(m[4], ".")) {
			names = append(names, word)
		}
		return names
	}
	if m := capital.FindStringSubmatch(word); m != nil && m[0] == word && !b.isKnown(word) {
		names = append(names, word)
	}
	return names
}

// isKnown reports whether any code has a name, or its singular, or the name is foreign.
func (b *book) isKnown(name string) bool {
	return b.all[name] || b.all[strings.TrimSuffix(name, "s")] || slices.Contains(foreign, name) || pattern.MatchString(name)
}

// hasFile reports whether a file exists: by its path from the root or from the room, or
// in the room. In a document (room ""), or at the root, a name without a folder may be
// anywhere.
func (b *book) hasFile(room, name string) bool {
	if strings.HasPrefix(path.Base(name), "_") {
		return true // the end of a name
	}
	name = pattern.ReplaceAllString(name, "*")
	return slices.ContainsFunc(b.files, func(file string) bool {
		for _, want := range []string{name, path.Join(room, name)} {
			if ok, _ := path.Match(want, file); ok {
				return true
			}
		}
		return (room == "" || room == ".") && path.Base(file) == name
	})
}

// hasDotted reports whether a.x or a.x.y exists, if a is a package or a type of ours.
// Otherwise the name is foreign.
func (b *book) hasDotted(room, a, x, y string) bool {
	if rooms, ok := b.rooms[a]; ok && ast.IsExported(x) {
		return slices.ContainsFunc(rooms, func(r string) bool {
			return b.declared[r][x] && (y == "" || b.hasMember(r, x, y))
		})
	}
	if b.members[room+"."+a] != nil && !b.declared[room][a+x] && x != "go" {
		return b.hasMember(room, a, x)
	}
	return true
}

func (b *book) hasMember(room, of, name string) bool {
	m := b.members[room+"."+of]
	return m == nil || m[name] || m["*"] || len(m) == 1
}
