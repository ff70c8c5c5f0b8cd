package debuginfo

import (
	"debug/dwarf"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// langGo is DW_LANG_Go.
const langGo = 0x16

// A callABI is the calling convention of a function in a unit.
type callABI uint8

const (
	abiC           callABI = iota // C's: the function is not compiled by Go, or by gccgo
	abiGoRegisters                // Go's ABIInternal, in registers
	abiGoStack                    // Go's before 1.17, on the stack
)

// callABI returns the calling convention of the functions of a unit.
func (u *unit) callABI() callABI {
	if u.lang() != langGo {
		return abiC
	}
	version, ok := strings.CutPrefix(u.rootEntry().text(dwarf.AttrProducer), "Go cmd/compile ")
	if !ok {
		return abiC
	}
	_, minor, _ := strings.Cut(version, "go1.")
	minor = minor[:len(minor)-len(strings.TrimLeft(minor, "0123456789"))]
	if n, err := strconv.Atoi(minor); err == nil && n < 17 {
		return abiGoStack
	}
	return abiGoRegisters
}

// goFunction returns the prototype of a function compiled by Go, whose results are among
// its parameters in DWARF. DWARF does not describe functions in assembler, nor the first
// argument of an optimized function with type parameters.
func (w *writer) goFunction(e *entry, key string) (string, bool) {
	o, ok := e.inherited(dwarf.AttrDeclLine)
	from, _ := e.parameters()
	if !ok || strings.HasSuffix(o.source(), ".s") || strings.Contains(e.inheritedText(dwarf.AttrName), "[go.shape.") && !hasDictionary(from) {
		return "", false
	}
	var params, results []param
	whole := true
	for i := range from {
		t := w.typeOf(&from[i])
		p, ok := w.goParam(&from[i], t)
		o, _ := from[i].inherited(dwarf.AttrVarParam)
		switch back := o.flag(dwarf.AttrVarParam); {
		case back && !ok:
			return "", false // nor what it returns with it
		case back && isDuplicate(results, p):
			// The compiler lists a result twice if the function has deferred calls.
		case back:
			results = append(results, p)
		case from[i].inheritedText(dwarf.AttrName) == dictionary:
			params = append(params, param{typ: typ{text: "hide(addr)"}})
		case !ok || len(params) >= maxParams:
			whole = false
		case whole:
			params = append(params, p)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s(", w.goResult(results, key), key)
	for i, p := range params {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s %s", p.text, p.name)
	}
	switch {
	case !whole && len(params) == 0:
		return "", false
	case !whole:
		b.WriteString(", ...")
	case len(params) == 0:
		b.WriteString("void")
	}
	return b.String() + ") go;", true
}

// isDuplicate reports whether a result is already listed. Only blank results may share a
// name.
func isDuplicate(results []param, p param) bool {
	return p.name != "_" && slices.ContainsFunc(results, func(r param) bool { return r.name == p.name })
}

// dictionary is the name of the parameter that has the type arguments of a function.
const dictionary = ".dict"

func hasDictionary(params []entry) bool {
	for i := range params {
		if params[i].inheritedText(dwarf.AttrName) == dictionary {
			return true
		}
	}
	return false
}

// goParam returns a parameter or a result of a Go function. Pointees are shown as they are
// at the entry of the call: the stack may have moved when it returns.
func (w *writer) goParam(e *entry, t typ) (param, bool) {
	p := param{typ: t, name: identifier(e.inheritedText(dwarf.AttrName))}
	if p.name == "if" || p.name == "" {
		p.name = "arg"
	}
	switch t.kind {
	case pointer:
		if o, ok := e.origin(dwarf.AttrType); ok && !o.isMapOrChan() {
			w.describePointer(&p, e)
		}
		p.dir = ""
	case code:
		p.text = "addr" // of a closure
	case number, char, record:
	case arrayed:
		// By itself it would be C's, which is a pointer.
		name := identifier(t.text)
		if t.text == "" || len(name) >= maxIdentifier {
			return p, false
		}
		w.define(name, fmt.Sprintf("struct %s size %d as items { at 0 %s items; }", name, t.size, t.text))
		p.text = name
	default:
		return p, false
	}
	return p, t.text != ""
}

// attrGoKind is Go's own attribute of a type: its reflect.Kind.
const attrGoKind dwarf.Attr = 0x2900

const (
	kindChan   = 18
	kindMap    = 21
	kindSlice  = 23
	kindString = 24
)

func (e *entry) goKind() int64 {
	n, _ := e.number(attrGoKind)
	return n
}

// isMapOrChan reports whether a type is a map or channel of Go, which point to structs of
// the runtime.
func (e *entry) isMapOrChan() bool {
	t, ok := *e, true
	for range maxNesting {
		if k := t.goKind(); k == kindMap || k == kindChan {
			return true
		}
		if t, ok = t.ref(dwarf.AttrType); !ok || !isAlias(t.tag) && t.tag != dwarf.TagPointerType {
			return false
		}
	}
	return false
}

// goMeaning returns what follows the name in the definition of a Go string or slice,
// whatever the program calls it, or "" if e is neither.
func (w *writer) goMeaning(e *entry) string {
	switch e.goKind() {
	case kindString:
		return textIn("str", "len")(w, e, leavesOf(e))
	case kindSlice:
		return slice("array", "len")(w, e, leavesOf(e))
	}
	return ""
}

// goResult returns the type of a function's result. Several results are a struct.
func (w *writer) goResult(results []param, key string) string {
	switch len(results) {
	case 0:
		return "void"
	case 1:
		return results[0].text
	}
	var b strings.Builder
	off, align := int64(0), int64(1)
	for _, r := range results {
		a := w.goAlign(&r.typ)
		off = (off + a - 1) / a * a
		fmt.Fprintf(&b, " at %d %s %s;", off, r.text, r.name)
		off += r.size
		align = max(align, a)
	}
	name := "results." + key
	w.define(name, fmt.Sprintf("struct %s size %d {%s }", name, (off+align-1)/align*align, b.String()))
	return name
}

// goAlign returns the alignment of a Go type: that of its largest part, at most a word.
func (w *writer) goAlign(t *typ) int64 {
	switch t.kind {
	case record:
	case arrayed:
		return 8 // if it is less, the results are not shown
	default:
		return max(1, min(t.size, 8))
	}
	align := int64(1)
	for _, l := range leavesOf(&t.entry) {
		size, ok := l.typ.number(dwarf.AttrByteSize)
		if !ok || size > 8 {
			size = 8
		}
		align = max(align, size)
	}
	return align
}
