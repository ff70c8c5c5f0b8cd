package plait_test

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// unusedNames are exported without a user, each for a reason.
var unusedNames = map[string]string{
	"elf.PtrEncoding":     record,
	"elf.Memsz":           record,
	"elf.Bind":            record,
	"elf.Hidden":          record,
	"inject.First":        record,
	"inject.Last":         record,
	"ptrace.PHdr":         record,
	"ptrace.Dev":          record,
	"ptrace.Ino":          record,
	"inline.Relies":       record,
	"inproc.Moved":        record,
	"inproc.ErrSpare":     "others have it as an error",
	"inproc.ErrRings":     "others have it as an error",
	"ptrace.Load32":       "go doc shows the room by it",
	"elf.FormatError":     "others have it as an error",
	"ptrace.Error":        "others have it as an error",
	"plt.Slots":           "go doc shows the room by it",
	"syscalls.ClassNames": "go doc shows the room by it",
}

// record is the reason for fields that are beside used ones: the room returns all that
// it has read.
const record = "a record is whole"

// ownMethods are called by the standard library, which finds them by name.
var ownMethods = map[string]bool{"String": true, "Error": true, "Unwrap": true, "Is": true, "Write": true, "Read": true, "ReadAt": true, "Close": true}

// An exportedName is a name that a room exports.
type exportedName struct {
	room, name string
	member     bool // a field or method
	at         string
}

// TestExported demands that another room uses what a room exports. For fields and
// methods it only demands that something of their name is used elsewhere; for types,
// that they are named elsewhere or belong to something that the room exports.
func TestExported(t *testing.T) {
	var names []exportedName
	users := map[string]map[string]bool{} // a name, or ROOM.NAME: rooms that have it behind a dot
	use := func(key, room string) {
		if users[key] == nil {
			users[key] = map[string]bool{}
		}
		users[key][room] = true
	}
	for _, path := range goFiles(t) {
		fset, file := parse(t, path, 0)
		room := filepath.ToSlash(filepath.Dir(path))
		usesOf(file, room, use)
		if !strings.HasSuffix(path, "_test.go") && file.Name.Name != "main" {
			e := exports{room: room, fset: fset, use: use}
			e.file(file)
			names = append(names, e.names...)
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

// usesOf reports all names behind dots, and keys of struct literals.
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

// exports collects the exported names of a file. The types in them count as used.
type exports struct {
	room  string
	fset  *token.FileSet
	use   func(key, room string)
	names []exportedName
}

func (e *exports) file(file *ast.File) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil || exportedReceiver(d.Recv) {
				e.add(d.Name, d.Recv != nil, d.Type)
			}
		case *ast.GenDecl:
			if d.Tok != token.CONST || !d.Lparen.IsValid() { // an enumeration is whole
				e.specs(d.Specs)
			}
		}
	}
}

func (e *exports) specs(list []ast.Spec) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ValueSpec:
			for _, id := range s.Names {
				e.add(id, false, s.Type)
			}
		case *ast.TypeSpec:
			e.add(s.Name, false, nil)
			if st, ok := s.Type.(*ast.StructType); ok && s.Name.IsExported() {
				e.fields(st)
			}
		}
	}
}

func (e *exports) fields(st *ast.StructType) {
	for _, f := range st.Fields.List {
		if f.Names == nil {
			e.belongs(f.Type)
		}
		for _, id := range f.Names {
			e.add(id, true, f.Type)
		}
	}
}

// add adds a name if it is exported. Then the types in its own type count as used.
func (e *exports) add(id *ast.Ident, member bool, typ ast.Expr) {
	if !id.IsExported() {
		return
	}
	e.names = append(e.names, exportedName{e.room, id.Name, member, e.fset.Position(id.Pos()).String()})
	if typ != nil {
		e.belongs(typ)
	}
}

func (e *exports) belongs(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.IsExported() {
			e.use(e.room+"."+id.Name, "signature")
		}
		return true
	})
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
