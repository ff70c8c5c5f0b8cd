package main

import (
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A mangled name does not say what a C++ function returns, unless the function is a
// template, nor whether it is a static member. Debugging information does. So the C++
// library has a table of what the names leave out, one line per function:
//
// 	SYMBOL RESULT [member|static]
//
// RESULT is a type in the language of prototypes, "object" for one that is built where a
// hidden first argument points, or "string object" for such a std::string.

// cxxTable is where the table goes, from the folder of the prototypes.
const cxxTable = "../cxx.tbl"

// cxxResults writes the table from the first object that matches pattern, which has its
// debugging information in itself (libstdc++6-12-dbg).
func cxxResults(pattern, data string) error {
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		fmt.Fprintf(os.Stderr, "%s: not there; the table of C++ results stays as it is\n", pattern)
		return err
	}
	file, err := elf.Open(paths[0])
	if err != nil {
		return err
	}
	defer file.Close()
	exported, err := cxxSymbols(file)
	if err != nil {
		return err
	}
	info, err := file.DWARF()
	if err != nil {
		return err
	}
	c := cxx{data: info, wanted: exported, lines: map[string]string{}}
	if err := c.walk(); err != nil {
		return err
	}
	return c.write(filepath.Join(data, cxxTable), filepath.Base(paths[0]))
}

// cxxSymbols returns the mangled functions that an object exports.
func cxxSymbols(file *elf.File) (map[string]bool, error) {
	symbols, err := file.DynamicSymbols()
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, s := range symbols {
		if kind := elf.ST_TYPE(s.Info); (kind == elf.STT_FUNC || kind == elf.STT_GNU_IFUNC) && s.Section != elf.SHN_UNDEF && strings.HasPrefix(s.Name, "_Z") {
			names[s.Name] = true
		}
	}
	return names, nil
}

// cxx reads the results of functions from debugging information.
type cxx struct {
	data   *dwarf.Data
	wanted map[string]bool
	lines  map[string]string // by symbol
}

func (c *cxx) walk() error {
	r := c.data.Reader()
	var parents []dwarf.Tag
	for {
		e, err := r.Next()
		if err != nil || e == nil {
			return err
		}
		if e.Tag == 0 {
			parents = parents[:max(len(parents)-1, 0)]
			continue
		}
		if e.Tag == dwarf.TagSubprogram {
			c.function(e, len(parents) > 0 && isClassTag(parents[len(parents)-1]))
		}
		if e.Children {
			parents = append(parents, e.Tag)
		}
	}
}

func isClassTag(t dwarf.Tag) bool { return t == dwarf.TagClassType || t == dwarf.TagStructType }

// function records a function for the table.
func (c *cxx) function(e *dwarf.Entry, member bool) {
	name, _ := e.Val(dwarf.AttrLinkageName).(string)
	plain, declared := e.Val(dwarf.AttrName).(string)
	if !declared || !c.wanted[name] || c.lines[name] != "" && !member {
		return
	}
	line := "void"
	if off, ok := e.Val(dwarf.AttrType).(dwarf.Offset); ok {
		if line = c.result(off, plain); line == "" {
			return
		}
	}
	switch {
	case !member:
	case e.Val(dwarf.AttrObjectPointer) == nil:
		line += " static"
	default:
		line += " member"
	}
	c.lines[name] = line
}

// result returns the type at off in the language of prototypes, "" if the language
// can't express it.
func (c *cxx) result(off dwarf.Offset, function string) string {
	t, err := c.data.Type(off)
	if err != nil {
		return ""
	}
	switch t := bare(t).(type) {
	case *dwarf.VoidType:
		return "void"
	case *dwarf.PtrType:
		if slices.Contains(textual, function) && isConstChar(t.Type) {
			return "string"
		}
		return "addr"
	case *dwarf.StructType:
		return c.object(off, t)
	case *dwarf.UnspecifiedType, *dwarf.UnsupportedType: // references, to package dwarf
		return c.reference(off)
	default:
		return scalar(t)
	}
}

// textual are the functions whose const char* is a text that ends with a NUL.
var textual = []string{"what", "name", "c_str", "data"}

// bare removes typedefs and qualifiers from a type.
func bare(t dwarf.Type) dwarf.Type {
	for {
		switch q := t.(type) {
		case *dwarf.TypedefType:
			t = q.Type
		case *dwarf.QualType:
			t = q.Type
		default:
			return t
		}
	}
}

func isConstChar(t dwarf.Type) bool {
	q, ok := t.(*dwarf.QualType)
	if !ok || q.Qual != "const" {
		return false
	}
	b := bare(q.Type)
	return b.Common().Name == "char"
}

// scalar returns a number's type, "" if it is not a number.
func scalar(t dwarf.Type) string {
	switch t := t.(type) {
	case *dwarf.BoolType:
		return "bool"
	case *dwarf.EnumType:
		return "int"
	case *dwarf.CharType, *dwarf.UcharType:
		return "char"
	case *dwarf.FloatType:
		return map[int64]string{4: "float", 8: "double"}[t.ByteSize]
	case *dwarf.IntType:
		return map[int64]string{1: "char", 2: "short", 4: "int", 8: "long"}[t.ByteSize]
	case *dwarf.UintType:
		return map[int64]string{1: "char", 2: "ushort", 4: "uint", 8: "ulong"}[t.ByteSize]
	}
	return ""
}

// reference returns "addr" if the type at off is a reference.
func (c *cxx) reference(off dwarf.Offset) string {
	for range 8 { // typedefs in a row
		r := c.data.Reader()
		r.Seek(off)
		e, err := r.Next()
		if err != nil || e == nil {
			return ""
		}
		switch e.Tag {
		case dwarf.TagReferenceType, dwarf.TagRvalueReferenceType:
			return "addr"
		case dwarf.TagTypedef, dwarf.TagConstType, dwarf.TagVolatileType:
			next, ok := e.Val(dwarf.AttrType).(dwarf.Offset)
			if !ok {
				return ""
			}
			off = next
		default:
			return ""
		}
	}
	return ""
}

// object returns the result's type for a class that is returned by value.
func (c *cxx) object(off dwarf.Offset, t *dwarf.StructType) string {
	e := c.class(off)
	switch {
	case e == nil:
		return ""
	case t.ByteSize <= inRegisters && !c.owns(e, 0):
		if t.ByteSize == 8 && len(t.Field) == 1 && isPointer(t.Field[0].Type) {
			return "addr" // an iterator
		}
		return ""
	case strings.HasPrefix(t.StructName, "basic_string<char,") && t.ByteSize == 32:
		return "string object"
	}
	return "object"
}

// inRegisters is the size in bytes up to which a class is returned in registers, if
// nobody wrote a copy constructor or destructor for it (Itanium C++ ABI, 3.1.4; System
// V ABI for AMD64, 3.2.3).
const inRegisters = 16

func isPointer(t dwarf.Type) bool {
	_, ok := bare(t).(*dwarf.PtrType)
	return ok
}

// class returns the entry of the class that the type at off is another name for, nil if
// it is not a class.
func (c *cxx) class(off dwarf.Offset) *dwarf.Entry {
	for range 8 { // typedefs in a row
		r := c.data.Reader()
		r.Seek(off)
		e, err := r.Next()
		if err != nil || e == nil {
			return nil
		}
		if isClassTag(e.Tag) {
			return e
		}
		next, ok := e.Val(dwarf.AttrType).(dwarf.Offset)
		if !ok {
			return nil
		}
		off = next
	}
	return nil
}

// owns reports whether somebody wrote a copy constructor or destructor for a class, or
// for one of its bases or members.
func (c *cxx) owns(class *dwarf.Entry, depth int) bool {
	if depth > 8 || !class.Children {
		return false
	}
	name, _ := class.Val(dwarf.AttrName).(string)
	name, _, _ = strings.Cut(name, "<")
	r := c.data.Reader()
	r.Seek(class.Offset)
	r.Next()
	for {
		e, err := r.Next()
		if err != nil || e == nil || e.Tag == 0 {
			return false
		}
		switch e.Tag {
		case dwarf.TagSubprogram:
			if c.written(e, name) {
				return true
			}
		case dwarf.TagInheritance, dwarf.TagMember:
			off, ok := e.Val(dwarf.AttrType).(dwarf.Offset)
			if part := c.class(off); ok && part != nil && c.owns(part, depth+1) {
				return true
			}
		}
		if e.Children {
			r.SkipChildren()
		}
	}
}

// written reports whether a member function is a destructor or copy constructor that is
// neither implicit nor defaulted where it is declared.
func (c *cxx) written(e *dwarf.Entry, class string) bool {
	name, _ := e.Val(dwarf.AttrName).(string)
	if e.Val(dwarf.AttrArtificial) != nil || e.Val(dwarf.AttrDefaulted) != nil || e.Val(dwarf.AttrDeleted) != nil {
		return false
	}
	if name == "~"+class {
		return true
	}
	linkage, _ := e.Val(dwarf.AttrLinkageName).(string)
	return name == class && copies(linkage)
}

// copies reports whether a constructor's one parameter is a reference to its class, by
// the constructor's name.
func copies(linkage string) bool {
	_, params, ok := strings.Cut(linkage, "C4E")
	return ok && strings.HasPrefix(params, "RKS") && strings.HasSuffix(params, "_") && len(params) <= len("RKS99_")
}

func (c *cxx) write(path, object string) error {
	names := make([]string, 0, len(c.lines))
	for name := range c.lines {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	fmt.Fprintf(&b, "# Code generated by tools/protogen from the debugging information of %s; DO NOT EDIT.\n", object)
	for _, name := range names {
		b.WriteString(name + " " + c.lines[name] + "\n")
	}
	fmt.Fprintf(os.Stderr, "%s: the results of %d of %d functions\n", object, len(names), len(c.wanted))
	return os.WriteFile(path, []byte(b.String()), 0o666)
}
