package plait_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// unusedNames are exported without a user, each for a reason.
var unusedNames = map[string]string{
	"arch.AddrBits":       record,
	"elf.PtrEncoding":     record,
	"elf.BuildID":         record,
	"elf.Memsz":           record,
	"elf.Bind":            record,
	"elf.Hidden":          record,
	"inject.First":        record,
	"inject.Last":         record,
	"ptrace.PHdr":         record,
	"ptrace.Dev":          record,
	"ptrace.Ino":          record,
	"elf.FormatError":     "others have it as an error",
	"ptrace.Error":        "others have it as an error",
	"plt.Slots":           "go doc shows the room by it",
	"syscalls.ClassNames": "go doc shows the room by it",
}

// record is the reason of fields beside others that are used: the room says all of what
// it has read.
const record = "a record is whole"

// ownMethods are called by the standard library, which finds them by their names.
var ownMethods = map[string]bool{"String": true, "Error": true, "Unwrap": true, "Is": true, "Write": true, "Read": true, "ReadAt": true, "Close": true}

// A name is one that a room exports.
type exportedName struct {
	room, name string
	member     bool // a field or method
	at         string
}

// TestExported demands of what a room exports that another room uses it. Of fields and
// methods it demands only that something of their name is used elsewhere; of types, that
// they are named elsewhere or belong to something that the room exports.
func TestExported(t *testing.T) {
	var names []exportedName
	users := map[string]map[string]bool{} // a name, or ROOM.NAME: rooms that have it behind a dot
	use := func(key, room string) {
		if users[key] == nil {
			users[key] = map[string]bool{}
		}
		users[key][room] = true
	}
	fset := token.NewFileSet()
	for _, path := range goFiles(t) {
		file, err := parser.ParseFile(fset, path, read(t, path), parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		room := filepath.ToSlash(filepath.Dir(path))
		usesOf(file, room, use)
		if !strings.HasSuffix(path, "_test.go") && file.Name.Name != "main" {
			names = append(names, exportsOf(file, room, func(p token.Pos) string { return fset.Position(p).String() }, use)...)
		}
	}
	needed := map[string]bool{}
	for _, n := range names {
		key := n.room + "." + n.name
		if n.member {
			key = n.name
		}
		used := false
		for room := range users[key] {
			used = used || room != n.room
		}
		if used || n.member && ownMethods[n.name] {
			continue
		}
		needed[n.room+"."+n.name] = true
		if unusedNames[n.room+"."+n.name] == "" {
			t.Errorf("%s: no other room uses %s", n.at, n.name)
		}
	}
	for name := range unusedNames {
		if !needed[name] {
			t.Errorf("%s is used, or gone: it needs no exception", name)
		}
	}
}

// usesOf tells of all names behind dots and of keys of struct literals.
func usesOf(file *ast.File, room string, use func(key, room string)) {
	rooms := map[string]string{}
	for _, spec := range file.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		if own, ok := strings.CutPrefix(path, module); ok {
			name := filepath.Base(own)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			rooms[name] = own
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			use(n.Sel.Name, room)
			if x, ok := n.X.(*ast.Ident); ok && rooms[x.Name] != "" {
				use(rooms[x.Name]+"."+n.Sel.Name, room)
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				use(key.Name, room)
			}
		case *ast.InterfaceType:
			for _, m := range n.Methods.List {
				if id, ok := m.Type.(*ast.Ident); ok {
					use(room+"."+id.Name, "embedded")
				}
				for _, name := range m.Names {
					use(name.Name, room+" interface")
				}
			}
		}
		return true
	})
}

// exportsOf returns the exported names of a file. The types in them count as used.
func exportsOf(file *ast.File, room string, at func(token.Pos) string, use func(key, room string)) []exportedName {
	var names []exportedName
	add := func(id *ast.Ident, member bool) {
		if id.IsExported() {
			names = append(names, exportedName{room, id.Name, member, at(id.Pos())})
		}
	}
	belongs := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.IsExported() {
				use(room+"."+id.Name, "signature")
			}
			return true
		})
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil && !exportedReceiver(d.Recv) {
				continue
			}
			add(d.Name, d.Recv != nil)
			if d.Name.IsExported() {
				belongs(d.Type)
			}
		case *ast.GenDecl:
			if d.Tok == token.CONST && d.Lparen.IsValid() {
				continue // an enumeration is whole
			}
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.ValueSpec:
					for _, id := range s.Names {
						add(id, false)
						if id.IsExported() && s.Type != nil {
							belongs(s.Type)
						}
					}
				case *ast.TypeSpec:
					add(s.Name, false)
					if st, ok := s.Type.(*ast.StructType); ok && s.Name.IsExported() {
						for _, f := range st.Fields.List {
							if f.Names == nil {
								belongs(f.Type)
							}
							for _, id := range f.Names {
								add(id, true)
								if id.IsExported() {
									belongs(f.Type)
								}
							}
						}
					}
				}
			}
		}
	}
	return names
}

func exportedReceiver(l *ast.FieldList) bool {
	found := false
	ast.Inspect(l.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.IsExported() {
			found = true
		}
		return true
	})
	return found
}
