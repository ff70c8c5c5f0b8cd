package text

import "strings"

// demangleD returns a D name as the source spells it, or false if symbol is none. The
// grammar is that of https://dlang.org/spec/abi.html, "Name Mangling". Like other tools,
// it leaves out results and writes values of template arguments as numbers and strings.
func demangleD(symbol string) (string, bool) {
	if symbol == "_Dmain" {
		return "D main", true
	}
	if !strings.HasPrefix(symbol, "_D") {
		return "", false
	}
	d := &dName{s: symbol, at: 2, left: maxDWork}
	text := d.mangled()
	if d.failed || d.at != len(symbol) || d.size > 1<<maxPower {
		return "", false
	}
	return text, true
}

// maxDWork bounds the steps of reading one name. Back references may repeat earlier parts
// of it any number of times.
const maxDWork = 1 << 12

// A dName reads a mangled name of D.
type dName struct {
	s      string
	at     int
	left   int
	size   int // total length of the texts that were put together
	failed bool
}

// fail makes the name invalid. It returns a text so that callers can return fail().
func (d *dName) fail() string {
	d.failed, d.at = true, len(d.s)
	return ""
}

// step counts a step of work. It returns false if there were too many, or after fail.
func (d *dName) step() bool {
	d.left--
	if d.left <= 0 || d.size > 1<<maxPower {
		d.fail()
	}
	return !d.failed
}

func (d *dName) peek() byte {
	if d.at >= len(d.s) {
		return 0
	}
	return d.s[d.at]
}

func (d *dName) next() byte {
	b := d.peek()
	d.at = min(d.at+1, len(d.s))
	return b
}

func (d *dName) accept(prefix string) bool {
	if !strings.HasPrefix(d.s[d.at:], prefix) {
		return false
	}
	d.at += len(prefix)
	return true
}

func (d *dName) join(parts ...string) string {
	text := strings.Join(parts, "")
	d.size += len(text)
	return text
}

// mangled reads everything after _D: a name, and its type unless the name is internal.
func (d *dName) mangled() string {
	text := d.qualified()
	if d.accept("Z") {
		return d.special(text)
	}
	if d.at < len(d.s) {
		d.typ() // of a variable, or the result
	}
	return text
}

// specialNames are the names of what the compiler makes for a type or module.
var specialNames = []struct{ suffix, text string }{
	{".__init", "initializer for "}, {".__vtbl", "vtable for "}, {".__Class", "ClassInfo for "},
	{".__Interface", "Interface for "}, {".__ModuleInfo", "ModuleInfo for "},
}

func (d *dName) special(text string) string {
	for _, n := range specialNames {
		if of, ok := strings.CutSuffix(text, n.suffix); ok {
			return d.join(n.text, of)
		}
	}
	return text
}

// qualified reads a qualified name: of modules, types and functions, each inside the one
// before.
func (d *dName) qualified() string {
	var parts []string
	for d.step() && d.named() {
		name := d.name()
		if name == "" {
			continue // anonymous
		}
		parts = append(parts, name+d.parameters())
	}
	if len(parts) == 0 {
		return d.fail()
	}
	return d.join(strings.Join(parts, "."))
}

// named reports whether a name begins here, and not a type.
func (d *dName) named() bool {
	b := d.peek()
	if b == 'Q' {
		at, ok := d.reference()
		return ok && isDigit(d.s[at])
	}
	return isDigit(b) || strings.HasPrefix(d.s[d.at:], "__T") || strings.HasPrefix(d.s[d.at:], "__U")
}

// parameters reads the parameters of a function and its modifiers. It returns "" if no
// function begins here.
func (d *dName) parameters() string {
	start := d.at
	modifiers := ""
	if d.accept("M") {
		modifiers = d.modifiers()
	}
	if strings.IndexByte("FUWVRY", d.peek()) < 0 || d.peek() == 0 {
		d.at = start
		return ""
	}
	d.next()
	d.attributes()
	return d.join("(", d.arguments(), ")", modifiers)
}

// modifiers reads the modifiers of this.
func (d *dName) modifiers() string {
	text := ""
	for {
		switch {
		case d.accept("x"):
			text += " const"
		case d.accept("y"):
			text += " immutable"
		case d.accept("O"):
			text += " shared"
		case d.accept("Ng"):
			text += " inout"
		default:
			return text
		}
	}
}

// attributes skips pure, nothrow and the like, which are not shown.
func (d *dName) attributes() {
	for d.peek() == 'N' && d.at+1 < len(d.s) && strings.IndexByte("abcdefijlm", d.s[d.at+1]) >= 0 {
		d.at += 2
	}
}

// arguments reads the parameters and the mark that ends them.
func (d *dName) arguments() string {
	var list []string
	for d.step() {
		switch {
		case d.accept("Z"):
			return strings.Join(list, ", ")
		case d.accept("X"): // T t...
			return d.join(strings.Join(list, ", "), "...")
		case d.accept("Y"):
			return strings.Join(append(list, "..."), ", ")
		}
		list = append(list, d.parameter())
	}
	return ""
}

// storage are the storage classes of parameters.
var storage = []struct{ mark, text string }{
	{"M", "scope "}, {"Nk", "return "}, {"I", "in "}, {"J", "out "}, {"K", "ref "}, {"L", "lazy "},
}

func (d *dName) parameter() string {
	text := ""
	for i := 0; i < len(storage); i++ {
		if d.accept(storage[i].mark) {
			text += storage[i].text
			i = -1
		}
	}
	return d.join(text, d.typ())
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// number reads a decimal number.
func (d *dName) number() int {
	n := 0
	if !isDigit(d.peek()) {
		d.fail()
	}
	for isDigit(d.peek()) {
		n = n*10 + int(d.next()-'0')
		if n > len(d.s)*16 {
			d.fail()
			return 0
		}
	}
	return n
}

// reference reads a back reference: Q and the distance to its target, in base 26, whose
// last digit is a small letter. It returns the target's position. d goes on after the
// reference.
func (d *dName) reference() (to int, ok bool) {
	n := 0
	for i := d.at + 1; i < len(d.s) && n < len(d.s); i++ {
		switch b := d.s[i]; {
		case 'A' <= b && b <= 'Z':
			n = n*26 + int(b-'A')
		case 'a' <= b && b <= 'z':
			to = d.at - (n*26 + int(b-'a'))
			return to, to >= 2 && to < d.at
		default:
			return 0, false
		}
	}
	return 0, false
}

// follow calls do at the target of a back reference.
func (d *dName) follow(do func() string) string {
	to, ok := d.reference()
	if !ok || !d.step() {
		return d.fail()
	}
	for d.next(); 'A' <= d.peek() && d.peek() <= 'Z'; {
		d.next()
	}
	d.next()
	behind := d.at
	d.at = to
	text := do()
	if !d.failed {
		d.at = behind
	}
	return d.join(text)
}

// name reads one name: a length and as many characters, an instance of a template, or a
// back reference.
func (d *dName) name() string {
	switch {
	case !d.step():
		return ""
	case d.peek() == 'Q':
		return d.follow(d.name)
	case d.accept("__T"), d.accept("__U"):
		return d.template()
	}
	n := d.number()
	if n > len(d.s)-d.at {
		return d.fail()
	}
	end := d.at + n
	if d.accept("__T") || d.accept("__U") { // as older compilers write it
		text := d.template()
		if d.at != end {
			return d.fail()
		}
		return text
	}
	text := d.s[d.at:end]
	d.at = end
	return d.join(text)
}
