package main

import (
	"slices"
	"strconv"
	"strings"
)

// An access is what GCC's attribute access says of a pointer parameter.
type access struct {
	mode string // read_only, write_only, read_write, none
	size int    // index of the parameter with the number of elements, or -1
}

// A function is a declaration on its way to a prototype.
type functionWriter struct {
	*writer
	d        *declaration
	access   map[int]access
	format   int // index of the format, or -1
	kind     string
	sentinel bool
	noReturn bool
}

// prototype writes a declaration; false if it has a type that the language
// can't say.
func (w *writer) prototype(d *declaration, name string) (string, bool) {
	f := &functionWriter{writer: w, d: d, access: map[int]access{}, format: -1}
	f.readAttributes()
	result, ok := w.result(d.typ.result)
	if !ok {
		return "", false
	}
	var params []string
	for i := range d.typ.params {
		p, ok := f.param(i)
		if !ok {
			return "", false
		}
		params = append(params, p)
	}
	params = append(params, f.rest()...)
	if len(params) == 0 {
		params = []string{"void"}
	}
	line := result + " " + name + "(" + strings.Join(params, ", ") + ")"
	if f.noReturn {
		line += " noreturn"
	}
	return line + ";", true
}

// rest is what stands for variable arguments.
func (f *functionWriter) rest() []string {
	switch {
	case !f.d.typ.variadic:
		return nil
	case f.sentinel && len(f.d.typ.params) > 0:
		last := f.d.typ.params[len(f.d.typ.params)-1]
		t, ok := f.value(last.typ)
		if ok && (t == "string" || t == "addr") {
			return []string{"sentinel(" + t + ")"}
		}
	}
	return []string{"..."}
}

func (f *functionWriter) readAttributes() {
	for _, a := range f.d.attributes {
		switch a.name {
		case "noreturn":
			f.noReturn = true
		case "sentinel":
			f.sentinel = true
		case "access":
			f.readAccess(a.args)
		case "format":
			f.readFormat(a.args)
		}
	}
}

// readAccess reads access(mode, parameter[, size]).
func (f *functionWriter) readAccess(args []token) {
	if len(args) < 3 {
		return
	}
	x := access{mode: strings.Trim(string(args[0]), "_"), size: -1}
	i, err := strconv.Atoi(string(args[2]))
	if err != nil {
		return
	}
	if len(args) >= 5 {
		if n, err := strconv.Atoi(string(args[4])); err == nil {
			x.size = n - 1
		}
	}
	f.access[i-1] = x
}

// readFormat reads format(kind, parameter, first argument).
func (f *functionWriter) readFormat(args []token) {
	if len(args) < 3 {
		return
	}
	kind := strings.TrimPrefix(strings.Trim(string(args[0]), "_"), "gnu_")
	n, err := strconv.Atoi(string(args[2]))
	if err == nil && (kind == "printf" || kind == "scanf") {
		f.format, f.kind = n-1, kind
	}
}

// param writes parameter i.
func (f *functionWriter) param(i int) (string, bool) {
	p := f.d.typ.params[i]
	t, ok := f.paramType(i, p)
	if name := f.name(i); ok && name != "" {
		t += " " + name
	}
	return t, ok
}

// name is the name of parameter i without the underscores of headers.
func (f *functionWriter) name(i int) string {
	name := strings.Trim(f.d.typ.params[i].name, "_")
	if name == "if" || name == "" || strings.Contains(name, "$") || isDigit(name[0]) {
		return ""
	}
	return name
}

// length is how an expression names parameter i.
func (f *functionWriter) length(i int) string {
	name := f.name(i)
	for j := range f.d.typ.params {
		if j != i && f.name(j) == name {
			name = ""
		}
	}
	if name == "" || isExpressionWord(name) {
		return "arg" + strconv.Itoa(i+1)
	}
	return name
}

func isExpressionWord(name string) bool {
	return name == "zero" || name == "min" || name == "retval" || strings.HasPrefix(name, "arg") || strings.HasPrefix(name, "elt")
}

func (f *functionWriter) paramType(i int, p param) (string, bool) {
	s := p.typ.strip()
	switch {
	case i == f.format && s.kind == pointer:
		return map[string]string{"printf": "format", "scanf": "scanf"}[f.kind], true
	case isVaList(p.typ):
		if f.format >= 0 {
			return "va_list", true
		}
		return "addr", true
	case s.kind == pointer:
		return f.pointerParam(i, p), true
	case s.kind == integer && s.size >= 4 && s.size <= 8:
		return f.integerParam(p), true
	}
	return f.value(p.typ)
}

func isVaList(t *ctype) bool {
	s := t.strip()
	return s.kind == vaList || s.kind == pointer && s.elem.strip().kind == vaList && s.elem.typedef
}

// integerParam is an integer, by its name or its type.
func (f *functionWriter) integerParam(p param) string {
	name, s := token(strings.Trim(p.name, "_")), p.typ.strip()
	if t, ok := f.named(p.typ); ok {
		return t
	}
	word := integerWord(s)
	switch {
	case word == "int" && (fdNames(name) || strings.HasSuffix(string(name), "_fd")):
		return "fd"
	case word == "int" && (name == "signum" || name == "signo" || name == "signal"):
		return "signum"
	case flagNames(name) || strings.HasSuffix(string(name), "_flags") || strings.HasSuffix(string(name), "_mask"):
		return "hex(" + word + ")"
	}
	return word
}

// pointerParam is a pointer: text, a buffer, something filled in, or an address.
func (f *functionWriter) pointerParam(i int, p param) string {
	e := p.typ.pointee()
	s := e.strip()
	switch {
	case s.kind == pointer:
		return f.doublePointer(p, e)
	case s.kind == void || s.kind == integer && s.size == 1:
		return f.bytes(i, p, e)
	case e.has("wchar_t"):
		return f.pointer(p.typ)
	case s.kind == structure || s.kind == union:
		return f.structPointer(i, p, e)
	case s.kind == integer || s.kind == floating || s.kind == enumeration || s.kind == boolean:
		return f.numbers(i, p, e)
	}
	return f.pointer(p.typ)
}

// doublePointer is a pointer to a pointer: an argument vector, or something that
// the function puts a pointer in.
func (f *functionWriter) doublePointer(p param, e *ctype) string {
	name := strings.Trim(p.name, "_")
	text := f.isText(e.pointee())
	switch {
	case text && (name == "argv" || name == "args"):
		return "strings"
	case text && (name == "envp" || name == "environ"):
		return "envp"
	case e.isConst() || !isOut(name):
		return "addr"
	case text:
		return "+string*"
	case f.structName(e.pointee()) != "":
		return "+" + f.structName(e.pointee()) + "**"
	}
	return "+addr*"
}

// structName is the language's structure of the tag or a typedef name of t; ""
// if it has none.
func (f *functionWriter) structName(t *ctype) string {
	if s := t.strip(); s.kind != structure && s.kind != union {
		return ""
	}
	for ; ; t = t.elem {
		if t.name != "" && f.manual.isType(f.folder, t.name) && !languageWords(token(t.name)) {
			return t.name
		}
		if !t.typedef {
			return ""
		}
	}
}

// isOut tells whether a parameter's name says that the function fills it in.
func isOut(name string) bool {
	if errorNames(token(name)) {
		return true
	}
	name = strings.ToLower(name)
	return slices.ContainsFunc(outPrefixes, func(p string) bool { return strings.HasPrefix(name, p) }) ||
		slices.ContainsFunc(outSuffixes, func(p string) bool { return strings.HasSuffix(name, p) })
}

// bytes is a pointer to characters, bytes or anything.
func (f *functionWriter) bytes(i int, p param, e *ctype) string {
	name, text := strings.Trim(p.name, "_"), f.isText(e)
	x, known := f.access[i]
	size := f.sizeOf(i)
	if known && x.size >= 0 && x.size < len(f.d.typ.params) {
		size = f.length(x.size)
	}
	writes := known && x.mode == "write_only" || !known && !e.isConst() && bufferNames(token(name))
	switch {
	case known && x.mode == "none":
		return "addr"
	case writes && size != "" && text:
		return "+string[" + size + "]"
	case writes && size != "" && randomNames.MatchString(f.d.name):
		return "+hex(buffer[" + size + "])" // by no means text
	case writes && size != "":
		return "+buffer[" + size + "]"
	case !e.isConst() && !text, writes:
		return "addr"
	case text && size == "" && isPath(name):
		return "path"
	case text && size == "":
		return "string"
	case text:
		return "string[" + size + "]"
	case size != "":
		return "buffer[" + size + "]"
	}
	return "addr"
}

func isPath(name string) bool {
	return pathNames(token(name)) || strings.HasSuffix(name, "_path") || strings.HasSuffix(name, "_filename") || strings.HasSuffix(name, "_file_name")
}

// sizeOf is the expression for the number of elements that parameter i points
// to: the integer behind it, if its name says so.
func (f *functionWriter) sizeOf(i int) string {
	if i+1 >= len(f.d.typ.params) {
		return ""
	}
	next := f.d.typ.params[i+1]
	s := next.typ.strip()
	if s.kind != integer || s.size < 4 || s.size > 8 || !isLength(f.name(i), f.name(i+1)) {
		return ""
	}
	return f.length(i + 1)
}

func isLength(of, name string) bool {
	name = strings.ToLower(name)
	of = strings.ToLower(of)
	if lengthNames(token(name)) {
		return true
	}
	if name == of+"l" || of != "" && (name == "n_"+of || name == "n"+of) {
		return true
	}
	return slices.ContainsFunc([]string{"len", "_length", "_size", "size"}, func(s string) bool {
		return strings.HasSuffix(name, s)
	})
}

// structPointer is a structure that the language knows, or an address.
func (f *functionWriter) structPointer(i int, p param, e *ctype) string {
	name := f.structName(e)
	switch {
	case e.strip().name == "sockaddr" && e.isConst() && f.sizeOf(i) != "":
		return "sockaddr[" + f.sizeOf(i) + "]"
	case name != "" && e.isConst():
		return name + "*"
	case name != "" && f.access[i].mode == "write_only":
		return "+" + name + "*"
	}
	return f.pointer(p.typ)
}

// numbers is a pointer to one number that is read or filled in, or to an array.
func (f *functionWriter) numbers(i int, p param, e *ctype) string {
	t, ok := f.value(e)
	x, known := f.access[i]
	size := f.sizeOf(i)
	if known && x.size >= 0 && x.size < len(f.d.typ.params) {
		size = f.length(x.size)
	}
	switch {
	case !ok || known && x.mode == "none" || t == "addr":
		return "addr"
	case size != "" && (e.isConst() || x.mode == "read_only"):
		return "array(" + t + ", " + size + ")"
	case size != "" && x.mode == "write_only":
		return "+array(" + t + ", " + size + ")"
	case size != "":
		return "addr"
	case e.isConst() || x.mode == "read_only":
		return t + "*"
	case x.mode == "read_write":
		return "=" + t + "*"
	}
	return "+" + t + "*"
}
