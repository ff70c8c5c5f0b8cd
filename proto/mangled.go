package proto

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/ianlancetaylor/demangle"

	"plait/proto/decode"
	"plait/proto/syntax"
)

// The mangled name of a C++ function contains the types of its parameters, and for an
// instance of a template the type of its result. It does not say whether the function is
// a member, for which the object is a hidden first argument, whether a member is static,
// and in most cases what the function returns. A table has these facts about functions of
// the C++ library. For others, isMember guesses from the names whether they are members.
// The result is shown as what it appears to be and marked as a guess. So are arguments
// whose places even the function's code does not reveal (ambiguity). A prototype in
// data/LIBRARY takes precedence over all this.

// guessType is the type of results whose type is unknown.
const guessType = "evident"

// maxMangled bounds the length of names that are demangled.
const maxMangled = 4096

// fromMangled derives the prototype of a C++ function from its mangled name. It returns
// nil if symbol is none.
func (t *Types) fromMangled(symbol string) *decode.Prototype {
	if !strings.HasPrefix(symbol, "_Z") || len(symbol) > maxMangled {
		return nil
	}
	if p, known := t.mangled[symbol]; known {
		return p
	}
	var p *decode.Prototype
	if text, ambiguity := readMangled(symbol); text != "" {
		p = (&item{Heading: syntax.Heading{Kind: syntax.KindPrototype, Name: symbol}, Chunk: syntax.Chunk{Text: text, Line: 1}, file: symbol, scope: t.scope}).prototype()
		if p != nil {
			p.Ambiguity = &ambiguity
		}
	}
	if t.mangled == nil {
		t.mangled = map[string]*decode.Prototype{}
	}
	t.mangled[symbol] = p
	return p
}

// mangledText returns the prototype of a mangled name in the language. It returns "" if
// the name is not a function's, or has more parameters than the language allows.
func mangledText(symbol string) string {
	text, _ := readMangled(symbol)
	return text
}

// readMangled is like mangledText, and also returns what the name leaves open.
func readMangled(symbol string) (text string, u decode.Ambiguity) {
	ast, err := demangle.ToAST(symbol)
	if err != nil {
		return "", u
	}
	f := signatureOf(ast)
	if f == nil {
		return "", u
	}
	f.facts = cxxFactsOf(symbol)
	result, params := f.result(), f.params()
	u = f.ambiguity(result)
	if built := f.hiddenResult(); built != "" {
		result, params = "addr", slices.Insert(params, 0, built)
		u.From++
	}
	if len(params) == 0 {
		params = []string{"void"}
	}
	if len(params) > syntax.MaxParams {
		return "", u
	}
	return result + " " + symbol + "(" + strings.Join(params, ", ") + ");", u
}

// A cxxFunction is a function as its mangled name describes it.
type cxxFunction struct {
	name     demangle.AST
	typ      *demangle.FunctionType
	isMethod bool // it has a qualifier that only member functions have
	isConst  bool
	facts    cxxFacts
	from     int  // the first parameter whose place is unknown, as are those of all after it
	unplaced bool // there is such a parameter
}

// signatureOf returns the function in a demangled name, or nil if there is none.
func signatureOf(ast demangle.AST) *cxxFunction {
	if s, ok := ast.(*demangle.Special); ok {
		if !strings.Contains(s.Prefix, "thunk") {
			return nil
		}
		ast = s.Val
	}
	typed, ok := ast.(*demangle.Typed)
	if !ok {
		return nil
	}
	f := &cxxFunction{name: typed.Name}
	typ := typed.Type
	if m, ok := typ.(*demangle.MethodWithQualifiers); ok {
		f.isMethod, typ = true, m.Method
		f.isConst = m.Qualifiers != nil && strings.Contains(printed(m.Qualifiers), "const")
	}
	f.typ, ok = typ.(*demangle.FunctionType)
	if !ok {
		return nil
	}
	return f
}

// maxPrinted is the logarithm to base 2 of the longest text for a type, whose parts may
// refer to each other many times.
const maxPrinted = 12

func printed(ast demangle.AST) string {
	return demangle.ASTToString(ast, demangle.MaxLength(maxPrinted))
}

// result returns the type of the result.
func (f *cxxFunction) result() string {
	_, last := f.split()
	switch last.(type) {
	case *demangle.Constructor, *demangle.Destructor:
		return "void"
	}
	if f.typ.Return == nil {
		return cmp.Or(f.facts.result, guessType)
	}
	if printed(f.typ.Return) == "void" {
		return "void"
	}
	if isUnsized(f.typ.Return) {
		return guessType
	}
	return cxxType(f.typ.Return)
}

// hiddenResult returns the hidden first argument, which is the address of the result, or
// "" if the result is returned in registers.
func (f *cxxFunction) hiddenResult() string {
	switch {
	case f.facts.result == stringObject, f.facts.result == "" && f.returnsString():
		return "+std_string* result"
	case f.facts.result == otherObject, f.typ.Return != nil && isByAddress(f.typ.Return):
		return "addr result"
	}
	return ""
}

// returnsString reports whether the result is a string: a template's name says so, and so
// do known names of the standard library.
func (f *cxxFunction) returnsString() bool {
	if f.typ.Return != nil {
		return isObject(f.typ.Return)
	}
	scope, last := f.split()
	name := printed(last)
	if scope == nil || !f.isConst || !strings.HasPrefix(printed(scope), "std::__cxx11::basic_") {
		return false
	}
	return name == "str" || name == "substr"
}

// params returns the parameters, the object first.
func (f *cxxFunction) params() []string {
	var list []string
	if scope, last := f.split(); f.isMember(scope, last) {
		list = append(list, f.this(scope, last))
	}
	for _, arg := range f.typ.Args {
		if printed(arg) == "void" {
			continue
		}
		if !f.unplaced && isUnsized(arg) {
			f.unplaced, f.from = true, len(list)
		}
		p := cxxParam(arg)
		list = append(list, p)
		if p == "..." {
			break
		}
	}
	if !f.unplaced {
		f.from = len(list)
	}
	return list
}

// ambiguity returns what the name doesn't say about the places of the arguments, given
// the type of the result.
func (f *cxxFunction) ambiguity(result string) decode.Ambiguity {
	u := decode.Ambiguity{From: f.from, Result: result == guessType}
	scope, last := f.split()
	_, decided := memberBySyntax(last)
	switch {
	case f.isMethod, f.facts.result != "", decided, scope == nil, printed(scope) == "std":
	default:
		u.Object, u.Member = true, f.isMember(scope, last)
	}
	return u
}

// split returns the scope of a name, which is nil if there is none, and its last part.
// For a template it splits the name before the arguments.
func (f *cxxFunction) split() (scope, last demangle.AST) {
	last = f.name
	for {
		switch n := last.(type) {
		case *demangle.Template:
			last = n.Name
		case *demangle.TaggedName:
			last = n.Name
		case *demangle.Qualified:
			if n.LocalName {
				return nil, n.Name
			}
			scope, last = n.Scope, n.Name
		default:
			return scope, last
		}
	}
}

// this returns the parameter for the object of a member function.
func (f *cxxFunction) this(scope, last demangle.AST) string {
	t := cxxType(scope)
	if t == "" || t == "addr" || t == opaque {
		return "addr this"
	}
	switch last.(type) {
	case *demangle.Constructor:
		return "+" + t + "* this"
	case *demangle.Destructor:
		return t + "* this"
	}
	if f.isConst {
		return t + "* this"
	}
	return "=" + t + "* this"
}

// isMember reports whether a function of a scope is called for an object. A scope
// may be a class or a namespace, and a member static.
func (f *cxxFunction) isMember(scope, last demangle.AST) bool {
	if f.isMethod || f.facts.member {
		return true
	}
	if f.facts.result != "" {
		return false
	}
	if member, decided := memberBySyntax(last); decided {
		return member
	}
	return scope != nil && isClass(scope) && !isStatic(printed(last))
}

// memberBySyntax reports whether a function is called for an object, if only members can
// have its name. For other names, decided is false.
func memberBySyntax(last demangle.AST) (member, decided bool) {
	switch n := last.(type) {
	case *demangle.Constructor, *demangle.Destructor, *demangle.Cast:
		return true, true
	case *demangle.Operator:
		if n.Name == "=" || n.Name == "()" || n.Name == "[]" || n.Name == "->" {
			return true, true
		}
		if strings.HasPrefix(n.Name, "new") || strings.HasPrefix(n.Name, "delete") {
			return false, true
		}
	}
	return false, false
}

// isClass guesses from its name whether a scope is a class: it has template arguments, or
// capitals as well as small letters, as namespaces rarely do, or it is known.
func isClass(scope demangle.AST) bool {
	if q, ok := scope.(*demangle.Qualified); ok {
		scope = q.Name
	}
	if t, ok := scope.(*demangle.TaggedName); ok {
		scope = t.Name
	}
	name, ok := scope.(*demangle.Name)
	if !ok {
		return true // an instance of a template, or an abbreviation for a class of std
	}
	if slices.Contains(lowerClasses, name.Name) {
		return true
	}
	for _, suffix := range classSuffixes {
		if strings.HasSuffix(name.Name, suffix) {
			return true
		}
	}
	return strings.ContainsFunc(name.Name, unicode.IsUpper) && strings.ContainsFunc(name.Name, unicode.IsLower)
}

// lowerClasses are classes of the standard library that are not templates.
var lowerClasses = []string{"locale", "exception", "thread", "type_info", "error_category", "error_code", "error_condition", "condition_variable",
	"condition_variable_any", "random_device", "path", "directory_iterator", "recursive_directory_iterator", "id", "facet", "_Impl", "logic_error", "runtime_error",
	"bad_alloc", "bad_cast", "bad_typeid", "bad_exception", "__timepunct", "__ios_failure", "failure", "bitset", "strstreambuf", "strstream", "istrstream", "ostrstream"}

// classSuffixes are endings of names of classes without a capital.
var classSuffixes = []string{"stream", "_base", "_error", "_iterator", "_string", "_list", "_map", "_ptr", "buf", "_node", "_type_info"}

// isStatic reports whether members of that name are usually static.
func isStatic(name string) bool {
	return strings.HasPrefix(name, "_S_") || slices.Contains(staticNames, name)
}

var staticNames = []string{"classic", "global", "sync_with_stdio", "now", "to_time_t", "from_time_t", "xalloc", "get", "Create", "create", "CreateGlobal",
	"getInstance", "GetInstance", "createInstance", "instance", "Instance", "hardware_concurrency", "GetIndexFile"}
