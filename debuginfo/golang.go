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

// A dialect says by whose rules a function is called that Go's debugging information
// is about.
type dialect uint8

const (
	foreign  dialect = iota // C's: the function is not Go's, or gccgo's
	registry                // Go's own, in registers
	ancient                 // Go's own, on the stack: those before 1.17
)

// dialect is that of the functions of a unit.
func (u *unit) dialect() dialect {
	if u.lang() != langGo {
		return foreign
	}
	version, ok := strings.CutPrefix(u.top().text(dwarf.AttrProducer), "Go cmd/compile ")
	if !ok {
		return foreign
	}
	_, minor, _ := strings.Cut(version, "go1.")
	minor = minor[:len(minor)-len(strings.TrimLeft(minor, "0123456789"))]
	if n, err := strconv.Atoi(minor); err == nil && n < 17 {
		return ancient
	}
	return registry
}

// goFunction writes the prototype of a function that Go has compiled: what it returns
// is among its parameters. Of one in assembler nothing is told, nor of the word that
// those with type parameters take first if the compiler has optimized them.
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
		case back && again(results, p):
			// The compiler tells of one twice if the function has deferred calls.
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

// again tells whether a result has been told of before: no other has its name, but the
// blank ones.
func again(results []param, p param) bool {
	return p.name != "_" && slices.ContainsFunc(results, func(r param) bool { return r.name == p.name })
}

// dictionary is the name of the parameter by which a function learns of its types.
const dictionary = ".dict"

func hasDictionary(params []entry) bool {
	for i := range params {
		if params[i].inheritedText(dwarf.AttrName) == dictionary {
			return true
		}
	}
	return false
}

// goParam is a parameter, or a result, of Go's. What pointers lead to is shown as it is
// when the call begins: by its end the stack may be elsewhere.
func (w *writer) goParam(e *entry, t typ) (param, bool) {
	p := param{typ: t, name: word(e.inheritedText(dwarf.AttrName))}
	if p.name == "if" || p.name == "" {
		p.name = "arg"
	}
	switch t.kind {
	case pointer:
		if o, ok := e.origin(dwarf.AttrType); ok && !o.isMapOrChan() {
			w.pointed(&p, e)
		}
		p.dir = ""
	case code:
		p.text = "addr" // of a closure
	case number, letter, record:
	case arrayed:
		// By itself it would be C's, which is a pointer.
		name := word(t.text)
		if t.text == "" || len(name) >= maxWord {
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

// isMapOrChan tells whether a type is a map or channel of Go's: what they point to is
// the runtime's.
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

// goMeaning is what comes behind the name of a struct of Go's that is a text or a
// slice, however the program calls it; "" if e is none.
func (w *writer) goMeaning(e *entry) string {
	switch e.goKind() {
	case kindString:
		return textIn("str", "len")(w, e, leavesOf(e))
	case kindSlice:
		return slice("array", "len")(w, e, leavesOf(e))
	}
	return ""
}

// goResult is the type of what a function returns: of several results a struct.
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

// goAlign is how a type of Go's is aligned: as its largest part, of at most a word.
func (w *writer) goAlign(t *typ) int64 {
	switch t.kind {
	case record:
	case arrayed:
		return 8 // or less: then the results are not shown
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
