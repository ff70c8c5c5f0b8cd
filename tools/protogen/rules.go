package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A writer turns the declarations of one object into the prototype language.
type writer struct {
	unit   *unit
	folder string
	manual *manual
	sets   map[string]string // enumerations that are used, by name
	texts  map[string]bool
}

// typedefNames has C's names for which the language has a type of its own, of the same
// width.
var typedefNames = map[string]string{
	"size_t": "size_t", "ssize_t": "ssize_t", "gsize": "size_t", "gssize": "ssize_t", "Py_ssize_t": "ssize_t", "Size_t": "size_t", "SSize_t": "ssize_t",
	"off_t": "off_t", "off64_t": "off_t", "__off_t": "off_t", "__off64_t": "off_t",
	"pid_t": "pid_t", "__pid_t": "pid_t", "uid_t": "uid", "__uid_t": "uid", "gid_t": "gid", "__gid_t": "gid",
	"mode_t": "mode_t", "__mode_t": "mode_t", "dev_t": "dev_t", "__dev_t": "dev_t", "time_t": "time_t", "__time_t": "time_t",
	"clockid_t": "clockid", "__clockid_t": "clockid", "wchar_t": "wchar_t", "gunichar": "char32_t", "gunichar2": "char16_t", "char16_t": "char16_t", "char32_t": "char32_t", "wint_t": "wint_t", "in_addr_t": "in_addr", "in_port_t": "htons",
	"gboolean": "bool(int)", "Bool": "bool(int)", "dbus_bool_t": "bool(uint)", "PRBool": "bool(int)", "FcBool": "bool(int)", "fz_boolean": "bool(int)",
	"XID": "hex(ulong)", "Atom": "hex(ulong)", "VisualID": "hex(ulong)", "Time": "ulong", "GType": "hex(ulong)",
	"jboolean": "bool(uchar)", "Boolean": "bool(char)", "cmsBool": "bool(int)", "EGLBoolean": "bool(uint)", "UBool": "bool(schar)", "Z3_bool": "bool(int)", "cairo_bool_t": "bool(int)", "hb_bool_t": "bool(int)", "png_fixed_point": "int",
}

// textNames are character types whose pointers are text though they are not char.
var textNames = map[string]bool{"xmlChar": true, "FcChar8": true}

// Names of parameters that say more than their type.
var (
	fdNames     = words("fd", "fildes", "filedes", "sockfd", "socket_fd", "file_descriptor", "fdes", "dirfd", "pidfd")
	pathNames   = words("path", "pathname", "filename", "file_name", "fname", "dirname", "dir_name", "file_path", "pathName", "fileName", "filepath")
	bufferNames = words("buf", "buffer", "dst", "dest", "out", "output", "digest", "result", "md", "data_out", "outbuf", "sig", "tag")
	lengthNames = words("len", "length", "size", "n", "nbytes", "bytes", "sz", "siz", "bufsize", "buflen", "n_bytes", "nbyte", "count", "datalen", "maxlen", "num", "sizeof_buf", "bufsiz", "nchars")
	flagNames   = words("flags", "flag", "mask", "options", "oflag", "event_mask", "flgs")
	randomNames = regexp.MustCompile(`(?i)rand(om)?(_|ize|bytes|buf)|_rnd$`) // names of functions
	errorNames  = words("error", "err", "errp", "errmsg", "errptr", "errbuf_ptr", "error_out")
	outPrefixes = []string{"out", "ret_", "pp", "pz", "p_out", "r_", "result"}
	outSuffixes = []string{"_out", "_ret", "_return", "_p"}
)

// result returns the type of a function's result.
func (w *writer) result(t *ctype) (string, bool) {
	if t.strip().kind == void {
		return "void", true
	}
	text, ok := w.value(t)
	if text == "string" && !t.pointee().isConst() {
		text = "at(string)" // the caller may own the text: its address shows what is freed later
	}
	return text, ok
}

// value returns a type by itself: a pointer to characters is text, any other is an
// address.
func (w *writer) value(t *ctype) (string, bool) {
	s := t.strip()
	if name, ok := w.named(t); ok {
		return name, true
	}
	switch s.kind {
	case boolean:
		return "bool", true
	case integer:
		return integerWord(s), true
	case floating, complexNumber:
		return floatWord(s), true
	case pointer, array:
		return w.pointer(t), true
	case enumeration:
		return w.enumeration(t), true
	case structure, union:
		return w.compound(s)
	case vaList:
		return "addr", true
	}
	return "", false
}

// named returns what the language calls a typedef of that name.
func (w *writer) named(t *ctype) (string, bool) {
	for u := t; u.typedef; u = u.elem {
		if name := typedefNames[u.name]; name != "" && u.strip().kind == integer {
			return name, true
		}
	}
	return "", false
}

func integerWord(t *ctype) string {
	word := map[int]string{1: "char", 2: "short", 4: "int", 8: "long", 16: "__int128"}[t.size]
	switch {
	case t.size == 16 && !t.signed:
		return "unsigned __int128"
	case !t.signed:
		return "u" + word
	case t.size == 1 && !t.char:
		return "schar"
	}
	return word
}

func floatWord(t *ctype) string {
	switch {
	case t.name == quadWord && t.kind == complexNumber:
		return "c" + quadWord
	case t.name == quadWord:
		return quadWord
	}
	if t.kind == complexNumber {
		return map[int]string{8: "float", 16: "double", 32: "long double"}[t.size] + " complex"
	}
	return map[int]string{4: "float", 8: "double", 16: "ldouble"}[t.size]
}

// pointer returns the kind of an address, by what it points to.
func (w *writer) pointer(t *ctype) string {
	e := t.pointee()
	s := e.strip()
	switch {
	case w.isText(e):
		return "string"
	case e.has("wchar_t") && e.isConst():
		return "wstring"
	case s.kind == function:
		return "func"
	case e.has("FILE") || s.kind == structure && s.name == "_IO_FILE":
		return "file"
	}
	return "addr"
}

// isText reports whether a pointer to t is text.
func (w *writer) isText(t *ctype) bool {
	s := t.strip()
	if s.kind != integer || s.size != 1 {
		return false
	}
	for u := t; u.typedef; u = u.elem {
		if textNames[u.name] || w.texts[u.name] {
			return true
		}
	}
	return s.char
}

// compound returns the type of a structure or union that is passed by value.
func (w *writer) compound(t *ctype) (string, bool) {
	if size, _ := t.layout(); size == 0 || size > 4096 {
		return "", false
	}
	var parts []string
	for _, m := range t.body.members {
		part, ok := w.member(m.typ)
		if !ok {
			return "", false
		}
		parts = append(parts, part)
	}
	if t.kind == union {
		return "union { " + strings.Join(parts, "; ") + "; }", true
	}
	if t.body.packed {
		return "", false
	}
	return "struct(" + strings.Join(parts, ", ") + ")", true
}

func (w *writer) member(t *ctype) (string, bool) {
	s := t.strip()
	if s.kind != array {
		return w.value(t)
	}
	part, ok := w.member(s.elem)
	return fmt.Sprintf("array(%s, %d)", part, s.size), ok && s.size > 0
}

// enumeration returns the name of the set for t, int if it has none.
func (w *writer) enumeration(t *ctype) string {
	b := t.strip().body
	name := b.tag
	for u := t; u.typedef; u = u.elem {
		name = u.name
	}
	if name == "" || !b.defined || len(b.names) == 0 || len(b.names) > maxNames {
		if isUnsigned(b) {
			return "uint"
		}
		return "int"
	}
	name = strings.TrimLeft(name, "_")
	for reserved(name) || w.manual.isType(w.folder, name) {
		name = "c_" + name
	}
	w.sets[name] = set(name, b)
	return name
}

// maxNames bounds the number of names in an enumeration that is worth its place.
const maxNames = 1500

func isUnsigned(b *body) bool {
	return !slices.ContainsFunc(b.names, func(c constant) bool { return c.value < 0 })
}

// reserved reports whether a name means something else in the language.
func reserved(name string) bool {
	return languageWords(token(name)) || name == "" || isDigit(name[0])
}

var languageWords = words("void", "bool", "char", "schar", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "llong", "ullong",
	"float", "double", "ldouble", "addr", "file", "func", "hex", "oct", "octal", "dec", "bin", "guess", "bitvec", "hide", "none", "string",
	"path", "wstring", "buffer", "array", "strings", "envp", "format", "scanf", "wformat", "wscanf", "va_list", "sentinel", "pairs", "system", "fd", "dirfd",
	"uid", "gid", "at", "enum", "struct", "union", "switch", "becomes", "after", "also", "always", "flags", "typedef", "const", "import", "function")

// set writes an enumeration. An enumeration of single bits becomes a set of flags.
func set(name string, b *body) string {
	word, width := "enum", ""
	if isBits(b) {
		word = "flags"
	}
	if isUnsigned(b) {
		width = " : uint"
	}
	var s strings.Builder
	fmt.Fprintf(&s, "%s %s%s {", word, name, width)
	seen := map[int64]bool{}
	for _, c := range b.names {
		if seen[c.value] {
			continue
		}
		seen[c.value] = true
		if c.value > 255 && word == "flags" {
			fmt.Fprintf(&s, " %s %#x;", c.name, c.value)
		} else {
			fmt.Fprintf(&s, " %s %d;", c.name, c.value)
		}
	}
	return s.String() + " }"
}

// isBits reports whether the values of an enumeration are bits and unions of bits.
func isBits(b *body) bool {
	single, all := 0, int64(0)
	for _, c := range b.names {
		if c.value > 0 && c.value&(c.value-1) == 0 {
			single++
			all |= c.value
		}
	}
	if single < 3 || single*3 < len(b.names)*2 || !isUnsigned(b) {
		return false
	}
	return !slices.ContainsFunc(b.names, func(c constant) bool { return c.value&^all != 0 })
}
