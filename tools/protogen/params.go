package main

import (
	"slices"
	"strconv"
	"strings"
)

// An access is what GCC's attribute access says about a pointer parameter.
type access struct {
	mode string // read_only, write_only, read_write, none
	size int    // index of the parameter with the number of elements, or -1
}

// A functionWriter converts a declaration to a prototype.
type functionWriter struct {
	*writer
	d        *declaration
	symbol   string // of the prototype; the declaration may be for another name
	access   map[int]access
	format   int // index of the format, or -1
	kind     string
	sentinel bool
	noReturn bool
}

// prototype writes a declaration. It returns false if the language can't express one of
// its types.
func (w *writer) prototype(d *declaration, name string) (string, bool) {
	f := &functionWriter{writer: w, d: d, symbol: name, access: map[int]access{}, format: -1}
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
	f.byErrorCode(params)
	fails := f.withFailure(params)
	params = append(params, f.rest()...)
	if len(params) == 0 {
		params = []string{"void"}
	}
	line := result + " " + name + "(" + strings.Join(params, ", ") + ")"
	if f.noReturn {
		line += " noreturn"
	}
	line += fails
	return line + ";", true
}

// rest returns what stands for variable arguments.
func (f *functionWriter) rest() []string {
	if !f.d.typ.variadic {
		return nil
	}
	if len(f.d.typ.params) > 0 {
		last := f.d.typ.params[len(f.d.typ.params)-1]
		if t, ok := f.value(last.typ); ok && (t == "string" || t == "addr") {
			return []string{f.list(t, strings.Trim(last.name, "_"))}
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

// readAccess parses access(mode, parameter[, size]).
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

// readFormat parses format(kind, parameter, first argument).
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

// name returns the name of parameter i without the underscores of headers.
func (f *functionWriter) name(i int) string {
	name := strings.Trim(f.d.typ.params[i].name, "_")
	if name == "if" || name == "" || strings.Contains(name, "$") || isDigit(name[0]) {
		return ""
	}
	return name
}

// length returns how an expression refers to parameter i.
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

// integerParam returns an integer's type, by the parameter's name or its type.
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

// pointerParam returns a pointer's type: text, a buffer, something filled in, or an
// address.
func (f *functionWriter) pointerParam(i int, p param) string {
	e := p.typ.pointee()
	s := e.strip()
	switch {
	case p.typ.has("XPointer") || p.typ.has("caddr_t"):
		return "addr" // of anything
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

// doublePointer returns the type of a pointer to a pointer: an argument vector, or
// something that the function stores a pointer in.
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

// structName returns the language's structure for the tag or a typedef name of t, "" if
// it has none.
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

// isOut reports whether a parameter's name says that the function fills it in.
func isOut(name string) bool {
	if errorNames(token(name)) {
		return true
	}
	name = strings.ToLower(name)
	return slices.ContainsFunc(outPrefixes, func(p string) bool { return strings.HasPrefix(name, p) }) ||
		slices.ContainsFunc(outSuffixes, func(p string) bool { return strings.HasSuffix(name, p) })
}

// bytes returns the type of a pointer to characters, bytes or anything.
func (f *functionWriter) bytes(i int, p param, e *ctype) string {
	x, known := f.access[i]
	size := f.sizeOf(i)
	if n := p.typ.strip().size; size == "" && n > 1 {
		size = strconv.Itoa(n)
	}
	if known && x.size >= 0 && x.size < len(f.d.typ.params) {
		size = f.length(x.size)
	}
	if known && x.mode == "none" {
		return "addr"
	}
	if f.isText(e) {
		return f.chars(i, p, e, size)
	}
	role := f.role(i, e)
	if role == fills {
		size = f.bound(i, size)
	}
	switch {
	case size == "":
		return "addr"
	case role == fills && randomNames.MatchString(f.symbol):
		return "+hex(buffer[" + size + "])" // never text
	case role == fills:
		return "+buffer[" + size + "]"
	case role == changes:
		return "=buffer[" + size + "]"
	case role == reads:
		return f.given(size, "buffer")
	}
	return "addr"
}

// chars returns the type of a pointer to text, of size characters if that is known.
func (f *functionWriter) chars(i int, p param, e *ctype, size string) string {
	switch f.role(i, e) {
	case unclear:
		return "addr"
	case fills:
		if size = f.bound(i, size); size == "" && !f.isPrinted(i) {
			return "=guess(string)"
		} else if size == "" && i > 0 && f.isSize(i-1) {
			size = f.length(i - 1) // sqlite3_snprintf
		}
		if size != "" && (f.does(readingVerbs[:5]) || f.does(packingVerbs)) && (f.outCount(i) >= 0 || !f.unit.isStatus(f.d.typ.result, f.symbol)) {
			return "+buffer[" + size + "]"
		}
		return "+string" + inBrackets(size)
	case changes:
		return "=guess(string" + inBrackets(size) + ")"
	}
	if size == "" && isPath(strings.Trim(p.name, "_")) {
		return "path"
	}
	return f.given(size, "string")
}

// given returns text or data whose length the caller gives, if it does.
func (f *functionWriter) given(size, word string) string {
	if size != "" && f.unit != nil && f.unit.matches(f.unit.lengths0, f.symbol) {
		return "switch(" + size + ") { 0: string; default: " + word + "[" + size + "]; }"
	}
	return word + inBrackets(size)
}

func inBrackets(size string) string {
	if size == "" {
		return ""
	}
	return "[" + size + "]"
}

func isPath(name string) bool {
	return pathNames(token(name)) || strings.HasSuffix(name, "_path") || strings.HasSuffix(name, "_filename") || strings.HasSuffix(name, "_file_name")
}

// sizeOf returns the expression for the number of elements that parameter i points to:
// the integer behind it, if its name says so.
func (f *functionWriter) sizeOf(i int) string {
	if n := f.sizeParam(i); n >= 0 {
		return f.length(n)
	}
	return ""
}

// sizeParam returns the index of that parameter, -1 if there is none.
func (f *functionWriter) sizeParam(i int) int {
	if f.isSize(i+1) && f.name(i) == "" && f.name(i+1) == "" && f.isSizeType(f.d.typ.params[i+1].typ) && f.d.typ.params[i].typ.pointee().isConst() {
		return i + 1
	}
	if f.isSize(i+1) && f.name(i) == "" && f.name(i+1) == "" && strings.HasSuffix(f.symbol, "nstr") {
		return i + 1 // of ncurses
	}
	of := strings.ToLower(f.name(i))
	for j := range f.d.typ.params {
		if name := strings.ToLower(f.name(j)); j != i && len(of) > 1 && f.isSize(j) && strings.HasPrefix(name, of) &&
			isLengthSuffix(token(name[len(of):])) && f.isBytes(i) {
			return j
		}
	}
	if f.isSize(i+1) && isLength(f.name(i), f.name(i+1)) && !f.isOthers(i, f.name(i+1)) {
		return i + 1
	}
	return -1
}

var isLengthSuffix = words("len", "_len", "length", "_length", "size", "_size", "capacity", "_capacity", "l")

// isBytes reports whether parameter i points to characters, bytes or anything.
func (f *functionWriter) isBytes(i int) bool {
	e := f.d.typ.params[i].typ.pointee()
	if e == nil {
		return false
	}
	s := e.strip()
	return s.kind == void || s.kind == integer && s.size == 1
}

// isSize reports whether parameter i, if there is one, is an integer that may be a size.
func (f *functionWriter) isSize(i int) bool {
	if i >= len(f.d.typ.params) {
		return false
	}
	s := f.d.typ.params[i].typ.strip()
	return s.kind == integer && s.size >= 4 && s.size <= 8
}

// isSizeType reports whether t is size_t.
func (f *functionWriter) isSizeType(t *ctype) bool {
	name, ok := f.named(t)
	return ok && name == "size_t"
}

// isOthers reports whether a size has a name after another pointer than parameter i.
func (f *functionWriter) isOthers(i int, size string) bool {
	size = strings.ToLower(size)
	for j, p := range f.d.typ.params {
		name := strings.ToLower(f.name(j))
		if j != i && p.typ.pointee() != nil && len(name) > 1 && strings.HasPrefix(size, name) && isLengthSuffix(token(strings.TrimSuffix(size[len(name):], "ptr"))) {
			return true
		}
	}
	return false
}

func isLength(of, name string) bool {
	name = strings.ToLower(name)
	of = strings.ToLower(of)
	if lengthNames(token(name)) {
		return true
	}
	if name == of+"l" || of != "" && (name == "n_"+of || name == "n"+of || name == "num_"+of || name == "num"+of) {
		return true
	}
	if strings.HasPrefix(name, "bytes_") {
		return true
	}
	return hasEnding(name, "len", "length", "size", "capacity")
}

// structPointer returns a structure that the language knows, or an address.
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

// numbers returns the type of a pointer to one number that is read or filled in, or to
// an array.
func (f *functionWriter) numbers(i int, p param, e *ctype) string {
	t, ok := f.value(e)
	x, known := f.access[i]
	size := f.sizeOf(i)
	if !f.mayBeMany(i) {
		size = ""
	} else if size == "" {
		size = f.countBefore(i)
	}
	if n := p.typ.strip().size; size == "" && n > 1 {
		size = strconv.Itoa(n)
	}
	if known && x.size >= 0 && x.size < len(f.d.typ.params) {
		size = f.length(x.size)
	}
	dir := f.direction(i, e)
	switch {
	case !ok || known && x.mode == "none" || t == "addr":
		return "addr"
	case dir == "+" && size != "" && isBuffer(f.name(i)):
		size = f.bound(i, size)
	}
	switch wide := t == "ushort" && e.has("UChar"); {
	case wide && size != "":
		return dir + "string(array(ushort, " + size + ")*)"
	case wide:
		return dir + "string(ushort*)"
	case size != "":
		return dir + "array(" + t + ", " + size + ")"
	}
	return dir + t + "*"
}

// mayBeMany reports whether the integer behind parameter i may count the numbers that i
// points to. It may not if i is a count itself, or a place in something, or if the
// integer is the size of something else.
func (f *functionWriter) mayBeMany(i int) bool {
	of := strings.ToLower(f.name(i))
	n, name := f.sizeParam(i), ""
	if n >= 0 {
		name = strings.ToLower(f.name(n))
	}
	switch {
	case f.countOf(i) >= 0 || isOne(token(of)) || isLength("", of) && name != "count":
		return false
	case n < 0:
		return true
	}
	return name == "size" || !strings.HasSuffix(name, "size") || of != "" && strings.HasPrefix(name, of)
}

var isOne = words("offset", "pos", "position", "index", "idx", "ptype", "cookie")

// direction returns the mark of a pointer to numbers e: + if the function fills them
// in.
func (f *functionWriter) direction(i int, e *ctype) string {
	x := f.access[i]
	switch of := f.countOf(i); {
	case e.isConst() || x.mode == "read_only":
		return ""
	case x.mode == "write_only":
		return "+"
	case x.mode == "read_write":
		return "="
	case of >= 0 && f.sizeOf(of) == "" && e.strip().size == 8 && !strings.HasPrefix(f.name(i), "out_"):
		return "=" // the room before the call, the used part after it
	case of >= 0:
		return "+"
	case (f.sizeOf(i) != "" || f.countBefore(i) != "" || f.d.typ.params[i].typ.strip().size > 1) && !f.does(fetchingVerbs) && !isBuffer(f.name(i)):
		return "="
	}
	return "+"
}
