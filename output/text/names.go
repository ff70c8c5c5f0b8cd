package text

import (
	"slices"
	"strings"

	"github.com/ianlancetaylor/demangle"
)

// names turns symbols into the names that are shown.
type names struct {
	demangle bool
	full     bool // with all parameters and template arguments
	cache    map[string]string
}

// Bounds on the cost of demangling, because names come from untrusted files. A longer
// name is shown as it is.
const (
	maxMangled  = 4 << 10
	maxPower    = 14 // a demangled name is cut at 1<<maxPower bytes
	maxRemember = 1 << 14
	maxParts    = 1 << 12 // visited to shorten a name; parts may refer to each other many times
)

func newNames(o Options) names { return names{demangle: o.Demangle, full: o.FullNames} }

func (n *names) show(symbol string) string {
	if !n.demangle || len(symbol) > maxMangled || !mangled(symbol) {
		return symbol
	}
	if s, ok := n.cache[symbol]; ok {
		return s
	}
	if n.cache == nil || len(n.cache) >= maxRemember {
		n.cache = map[string]string{}
	}
	s := ""
	if n.full {
		s = wholeName(symbol)
	} else {
		s = shortName(symbol)
	}
	n.cache[symbol] = s
	return s
}

// symbolOffset is like show, for a symbol with an offset: "main+0x4".
func (n *names) symbolOffset(symbol string) string {
	name, offset, found := strings.Cut(symbol, "+0x")
	if !found {
		return n.show(symbol)
	}
	return n.show(name) + "+0x" + offset
}

// wholeName returns a C++, Rust or D name as the source spells it, or symbol itself
// if it is not mangled.
func wholeName(symbol string) string {
	if len(symbol) > maxMangled {
		return symbol
	}
	if name, ok := demangleD(symbol); ok {
		return name
	}
	return demangle.Filter(symbol, demangle.MaxLength(maxPower))
}

// shortName returns wholeName without the types of parameters, whose values follow,
// without default template arguments, and without namespaces that only stand for versions
// of a library.
func shortName(symbol string) string {
	if len(symbol) > maxMangled {
		return symbol
	}
	ast, err := demangle.ToAST(symbol, demangle.NoParams)
	if err != nil || isOldRust(symbol) {
		return wholeName(symbol)
	}
	seen := 0
	short := ast.Copy(shorter, func(demangle.AST) bool { seen++; return seen > maxParts })
	if short != nil {
		ast = short
	}
	return demangle.ASTToString(ast, demangle.NoEnclosingParams, demangle.MaxLength(maxPower))
}

// isOldRust reports whether a symbol has Rust's old mangling, which looks like C++'s but
// ends in a hash: "17h" and 16 digits.
func isOldRust(symbol string) bool {
	name, _, _ := strings.Cut(symbol, ".")
	const hash = len("17h0123456789abcdefE")
	return len(name) > hash && strings.HasSuffix(name, "E") && strings.HasPrefix(name[len(name)-hash:], "17h")
}

// Spellings returns the names by which a user may refer to a mangled symbol: the short
// one, the whole one, and the whole one without parameters. It returns nil for any other
// symbol.
func Spellings(symbol string) []string {
	whole := wholeName(symbol)
	if whole == symbol {
		return nil
	}
	list := []string{shortName(symbol), whole}
	if bare, err := demangle.ToString(symbol, demangle.NoParams, demangle.MaxLength(maxPower)); err == nil {
		list = append(list, bare)
	}
	return list
}

// shorter returns the shorter form of one part of a name, or nil if there is none.
func shorter(part demangle.AST) demangle.AST {
	switch part := part.(type) {
	case *demangle.TaggedName: // [abi:cxx11]
		return part.Name
	case *demangle.Qualified:
		if name, ok := part.Name.(*demangle.Name); ok && slices.Contains(inlineNamespaces, name.Name) {
			return part.Scope
		}
	case *demangle.Template:
		return shorterTemplate(part)
	}
	return nil
}

// inlineNamespaces are the namespaces that source code does not name.
var inlineNamespaces = []string{"__cxx11", "__1", "__ndk1", "_V2", "__debug"}

// defaultArguments are the classes of default template arguments.
var defaultArguments = []string{"char_traits", "allocator", "less", "equal_to", "hash", "default_delete", "deque"}

// shorterTemplate removes default arguments, and replaces instances by their common name,
// if they have one.
func shorterTemplate(t *demangle.Template) demangle.AST {
	args := t.Args
	for len(args) > 0 && isDefault(args[len(args)-1], len(args)) {
		args = args[:len(args)-1]
	}
	if len(args) == 0 {
		return t.Name
	}
	if name := commonName(t.Name, args); name != nil {
		return name
	}
	if len(args) == len(t.Args) {
		return nil
	}
	return &demangle.Template{Name: t.Name, Args: args}
}

// isDefault reports whether an argument is an instance of a default one. The first
// argument, at position 1, can only be the traits of a function template, which its
// parameters imply.
func isDefault(arg demangle.AST, position int) bool {
	t, ok := arg.(*demangle.Template)
	name := arg
	if ok {
		name = t.Name
	}
	q, ok := name.(*demangle.Qualified)
	if !ok || !isStd(q.Scope) {
		return false
	}
	n, ok := q.Name.(*demangle.Name)
	return ok && slices.Contains(defaultArguments, n.Name) && (position > 1 || n.Name == "char_traits")
}

func isStd(scope demangle.AST) bool {
	n, ok := scope.(*demangle.Name)
	return ok && n.Name == "std"
}

// commonName returns the usual name of an instance of a class of characters: std::string
// for std::basic_string<char>.
func commonName(name demangle.AST, args []demangle.AST) demangle.AST {
	q, ok := name.(*demangle.Qualified)
	if !ok || !isStd(q.Scope) || len(args) != 1 {
		return nil
	}
	class, ok := q.Name.(*demangle.Name)
	builtin, isBuiltin := args[0].(*demangle.BuiltinType)
	if !ok || !isBuiltin {
		return nil
	}
	common, ok := strings.CutPrefix(class.Name, "basic_")
	prefix := map[string]string{"char": "", "wchar_t": "w"}
	letter, known := prefix[builtin.Name]
	if !ok || !known {
		return nil
	}
	return &demangle.Qualified{Scope: q.Scope, Name: &demangle.Name{Name: letter + common}}
}

// mangled reports whether a symbol may be mangled. It saves a look-up for the many that
// are not.
func mangled(symbol string) bool {
	return len(symbol) > 2 && symbol[0] == '_'
}
