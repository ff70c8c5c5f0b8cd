package debuginfo

import (
	"debug/dwarf"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// attrNoreturn is DW_AT_noreturn.
const attrNoreturn dwarf.Attr = 0x87

// maxParams is the most parameters of a function in the prototype language.
const maxParams = 60

// Key returns the name of a function's prototype in the text. It contains pc, since
// different functions may have the same name. If pc is 0 it contains a hash of name
// instead, of which the text only has the first readable characters.
func Key(name string, pc uint64) string {
	if pc == 0 {
		h := fnv.New64a()
		h.Write([]byte(name))
		pc = h.Sum64()
	}
	return fmt.Sprintf("%s.%x", identifier(name), pc)
}

// Function returns the prototype of the function with that name at the link-time address
// pc. Before it come the types that no earlier text has defined. The function is called
// Key(name, pc) in the text. Function returns "" if nothing is known.
func (in *Info) Function(name string, pc uint64) string {
	in.begin()
	if isClone(name) {
		return ""
	}
	e, ok := in.definition(name, pc)
	if !ok {
		return ""
	}
	return in.write(&e, name, pc)
}

// Declared returns the prototype of a function of another object as it is declared for the
// code at pc, or "". The function is called Key(name, 0) in the text.
func (in *Info) Declared(name string, pc uint64) string {
	in.begin()
	e, ok := in.declaration(name, pc)
	if !ok {
		return ""
	}
	return in.write(&e, name, 0)
}

// isClone reports whether a function is a variant that the compiler made of another, with
// other parameters.
func isClone(name string) bool {
	for _, s := range []string{".constprop", ".isra", ".part", ".cold"} {
		if strings.Contains(name, s) {
			return true
		}
	}
	return false
}

// write returns the types and the prototype of a function.
func (in *Info) write(e *entry, name string, pc uint64) string {
	w := &writer{in: in, inProgress: map[string]bool{}}
	w.rust = e.u.lang() == langRust && isMangled(name)
	w.cxx11 = strings.Contains(name, "__cxx1112basic_stringIcSt11char_traitsIcE")
	write := w.function
	switch e.u.callABI() {
	case abiGoRegisters:
		write = w.goFunction
	case abiGoStack:
		return ""
	}
	text, ok := write(e, Key(name, pc))
	if !ok || w.types.Len() > maxWritten {
		w.forget()
		return ""
	}
	return w.types.String() + text + "\n"
}

// forget takes back what has been written: it is not used.
func (w *writer) forget() {
	for _, name := range w.names {
		delete(w.in.written, name)
	}
}

// A param is one parameter.
type param struct {
	typ
	name  string
	class string // name of the pointee's class, without template arguments
	to    kind   // kind of the pointee
	dir   string // "", "=" or "+"
	hide  bool
}

func (w *writer) function(e *entry, key string) (string, bool) {
	params, dots, ok := w.params(e)
	if !ok {
		return "", false
	}
	result := w.result(e)
	if result == "" {
		return "", false
	}
	built := strings.HasPrefix(result, "=")
	if !e.flag(dwarf.AttrDeclaration) && w.hasChangedParams(e, built || w.isBuilt(e)) {
		return "", false
	}
	if built { // in memory that a hidden argument leads to
		result = result[1:]
		params = slices.Insert(params, 0, param{typ: typ{text: "addr"}, hide: true})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s(", result, key)
	for i, p := range params {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.dir)
		if p.hide {
			fmt.Fprintf(&b, "hide(%s)", p.text)
		} else {
			fmt.Fprintf(&b, "%s %s", p.text, p.name)
		}
	}
	switch {
	case dots && len(params) > 0:
		b.WriteString(", ...")
	case len(params) == 0:
		b.WriteString("void")
	}
	b.WriteString(")")
	if _, ok := e.inherited(attrNoreturn); ok {
		b.WriteString(" noreturn")
	}
	return b.String() + ";", true
}

// params returns the parameters of a function. dots is true if more may follow.
func (w *writer) params(e *entry) (params []param, dots, ok bool) {
	from, dots := e.parameters()
	if len(from) == 0 && !dots && !e.isPrototyped() {
		return nil, false, false
	}
	for i := range from {
		t := w.typeOf(&from[i])
		if t.text == "" || t.kind == void || len(params) >= maxParams {
			return params, true, len(params) > 0
		}
		if t.size == 0 && t.kind == record || isEmptyClass(&t) {
			continue // not passed
		}
		more, known := w.param(&from[i], t)
		if !known {
			return params, true, len(params) > 0
		}
		params = append(params, more...)
	}
	w.relateParams(params, dots)
	adjustLifetime(params, e.inheritedText(dwarf.AttrName))
	return params, dots, true
}

// adjustLifetime sets the direction of the object of C++ constructors, which fill it in,
// and of functions that destroy an object, after which it is not shown.
func adjustLifetime(params []param, function string) {
	if len(params) == 0 || params[0].dir == "" {
		return
	}
	p := &params[0]
	switch {
	case p.name == "this" && strings.HasPrefix(function, "~"), strings.HasPrefix(function, "drop_in_place<"):
		p.dir = ""
	case p.name == "this" && function != "" && function == p.class:
		p.dir = "+"
	}
}

// isPrototyped reports whether a function without parameters is known to take none. A
// declaration in C may leave them open, and minimal debugging information (-g1, or that
// of assemblers) has no parameters at all.
func (e *entry) isPrototyped() bool {
	_, ok := e.inherited(dwarf.AttrPrototyped)
	if _, typed := e.inherited(dwarf.AttrType); !ok && !typed && !e.u.index().typed {
		return false
	}
	if e.u.lang() == langAssembler {
		return false
	}
	return ok || !e.flag(dwarf.AttrDeclaration) || e.u.lang() != langC89 && e.u.lang() != langC99 && e.u.lang() != langC11
}

// Languages in which a function may be declared without its parameters, and one that
// has none.
const (
	langC89 = 0x01
	langC99 = 0x0c
	langC11 = 0x1d

	langAssembler = 0x8001 // DW_LANG_Mips_Assembler
)

// isEmptyClass reports whether t is a class without members, which C++ does not pass.
func isEmptyClass(t *typ) bool {
	return t.kind == record && t.size == 1 && t.entry.u != nil && len(leavesOf(&t.entry)) == 0 && t.entry.tag != dwarf.TagUnionType
}

// parameters returns the parameters of the function or of an entry that it completes,
// whichever has more.
func (e *entry) parameters() (list []entry, dots bool) {
	for i, o := range e.origins() {
		these, more := o.ownParameters(i > 0)
		dots = dots || more
		if len(these) > len(list) {
			list = these
		}
	}
	return list, dots
}

// ownParameters returns the parameters that the entry itself lists. Of an abstract entry it
// omits those that the compiler added for constructors and destructors of classes with
// virtual bases, because they are not always passed.
func (e *entry) ownParameters(abstract bool) (list []entry, dots bool) {
	e.eachChild(func(child *entry) bool {
		switch child.tag {
		case dwarf.TagFormalParameter:
			if !abstract || len(list) == 0 || !child.flag(dwarf.AttrArtificial) {
				list = append(list, *child)
			}
		case dwarf.TagUnspecifiedParameters:
			dots = true
		}
		return len(list) <= maxParams
	})
	return list, dots
}

// param returns the parameters for an entry, of which Rust may pass one as two.
func (w *writer) param(e *entry, t typ) (list []param, known bool) {
	p := param{typ: t, name: identifier(e.inheritedText(dwarf.AttrName))}
	if p.name == "if" {
		p.name = ""
	}
	if w.rust && t.kind == record {
		return w.rustParam(p)
	}
	switch t.kind {
	case pointer:
		w.describePointer(&p, e)
	case record:
		if !w.rust && t.byReference() {
			p.text += "*"
		}
	case code:
		p.text = "func"
	case incomplete:
		// clang may give no more than the name of a library's class.
		return []param{p}, t.isContainer()
	case arrayed:
		return nil, false
	}
	return []param{p}, true
}

// result returns the type of a function's result, or "" if it is unknown. If the caller
// provides the memory for the result, the type begins with "=".
func (w *writer) result(e *entry) string {
	t := w.typeOf(e)
	switch t.kind {
	case pointer:
		p := param{typ: t}
		o, _ := e.inherited(dwarf.AttrType)
		w.describePointer(&p, &o)
		if p.text == "guess(string)" && !p.isConst {
			return "at(guess(string))" // text that the caller may own
		}
		return p.text
	case record:
		if w.rust {
			return w.rustResult(t)
		}
		if t.byReference() {
			return "=" + t.text + "*"
		}
	case code, incomplete, arrayed:
		return ""
	}
	return t.text
}

// describePointer sets the text and the direction of a parameter or result that is a
// pointer. The callee may change a pointee that is not const.
func (w *writer) describePointer(p *param, e *entry) {
	ptr, ok := e.origin(dwarf.AttrType)
	for range maxNesting {
		if !ok || !isAlias(ptr.tag) {
			break
		}
		if ptr.tag == dwarf.TagTypedef && w.isKnown(&ptr, ptr.text(dwarf.AttrName), 8) {
			return // the prototype language knows this typedef
		}
		ptr, ok = ptr.ref(dwarf.AttrType)
	}
	to, ok := ptr.ref(dwarf.AttrType)
	if !ok {
		return // void *
	}
	if to.isFILE() {
		p.text = "file"
		return
	}
	t := w.typ(&to)
	p.isConst, p.to = t.isConst || isReadOnly(&ptr), t.kind
	if t.kind == record {
		p.class, _, _ = strings.Cut(t.entry.baseName(), "<")
	}
	switch t.kind {
	case char, wideChar, code:
		p.text = textOf(t)
		if t.kind == char && !p.isConst {
			p.dir = "="
		}
	case number, pointer, record, arrayed:
		if t.size > 0 && t.text != "addr" {
			p.text = t.text + "*"
			p.dir = map[bool]string{false: "="}[p.isConst]
		}
	}
}

// isFILE reports whether a type is FILE of stdio.h, const or not.
func (e *entry) isFILE() bool {
	t, ok := *e, true
	for range maxNesting {
		if !ok {
			return false
		}
		if name := t.text(dwarf.AttrName); name == "FILE" || name == "_IO_FILE" {
			return true
		}
		if !isAlias(t.tag) {
			return false
		}
		t, ok = t.ref(dwarf.AttrType)
	}
	return false
}

// isReadOnly reports whether a pointer is one of Rust's that permits no changes.
func isReadOnly(ptr *entry) bool {
	name := ptr.text(dwarf.AttrName)
	return ptr.u.lang() == langRust && (strings.HasPrefix(name, "*const ") ||
		strings.HasPrefix(name, "&") && !strings.HasPrefix(name, "&mut "))
}

// origin returns the entry that an attribute of e or of its origins refers to.
func (e *entry) origin(a dwarf.Attr) (entry, bool) {
	o, ok := e.inherited(a)
	if !ok {
		return entry{}, false
	}
	return o.ref(a)
}

// relateParams adjusts parameters that belong together: data and its length, a format and
// its arguments.
func (w *writer) relateParams(params []param, dots bool) {
	for i := range params {
		p := &params[i]
		switch {
		case dots && i == len(params)-1 && p.text == "string" && isFormat(p.name):
			p.text = "format"
		case p.name == "argv" && p.text == "=guess(string)*" || p.name == "argv" && p.text == "guess(string)*":
			p.text, p.dir = "strings", ""
		case p.kind == number && p.text == "int" && (p.name == "fd" || strings.HasSuffix(p.name, "_fd")):
			p.text = "fd"
		case i+1 < len(params) && params[i+1].isLength():
			p.ofLength(params[i+1].name)
		}
	}
}

func isFormat(name string) bool {
	return name == "fmt" || name == "format" || strings.HasSuffix(name, "_fmt") || strings.HasSuffix(name, "_format")
}

// isLength reports whether, by its name, a parameter is the length of the one before it.
func (p *param) isLength() bool {
	if p.kind != number {
		return false
	}
	for _, s := range []string{"len", "length", "size", "count", "n", "nbytes", "num", "cnt", "nmemb"} {
		if p.name == s || strings.HasSuffix(p.name, "_"+s) {
			return true
		}
	}
	return strings.HasSuffix(p.name, "len")
}

// ofLength gives constant data the length in the parameter n.
func (p *param) ofLength(n string) {
	bytes := strings.Contains(n, "size") || strings.Contains(n, "bytes")
	switch {
	case (p.text == "uchar*" || p.text == "uint8_t*") && p.isConst:
		p.text = "buffer[" + n + "]"
	case p.text == "string":
		p.text = "string[" + n + "]"
	case p.text == "addr" && p.isConst, p.text == "guess(string)" && p.isConst:
		p.text = "buffer[" + n + "]"
	case p.isConst && p.to == number && strings.HasSuffix(p.text, "*") && !bytes:
		p.text = "array(" + strings.TrimSuffix(p.text, "*") + ", " + n + ")"
	}
}
