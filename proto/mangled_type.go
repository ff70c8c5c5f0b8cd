package proto

import (
	"slices"
	"strings"

	"github.com/ianlancetaylor/demangle"
)

// opaque is the type of an argument of unknown type that is passed by value: an
// enumeration, a small class, or the address of a larger one.
const opaque = "hex(ulong)"

// cxxClasses are the classes whose objects the language can show, by the beginnings and
// ends of their demangled names.
var cxxClasses = []struct{ prefix, suffix, typ string }{
	{"std::__cxx11::basic_string<char,", ">::__sv_wrapper", "std_string_view"},
	{"std::__cxx11::basic_string<char,", ">", "std_string"},
	{"std::basic_string_view<char,", ">", "std_string_view"},
	{"llvm::StringRef", "", "llvm_StringRef"},
	{"llvm::ArrayRef<", ">", "llvm_ArrayRef"},
	{"llvm::MutableArrayRef<", ">", "llvm_ArrayRef"},
}

// builtinTypes are the builtin types of C++ in words of the language.
var builtinTypes = map[string]string{
	"void": "void", "bool": "bool", "char": "char", "signed char": "schar", "unsigned char": "uchar", "short": "short",
	"unsigned short": "ushort", "int": "int", "unsigned int": "uint", "long": "long", "unsigned long": "ulong", "long long": "llong",
	"unsigned long long": "ullong", "__int128": "__int128", "unsigned __int128": "unsigned __int128", "float": "float", "double": "double",
	"long double": "ldouble", "wchar_t": "wchar_t", "char16_t": "char16_t", "char32_t": "char32_t", "char8_t": "uchar",
	"decltype(nullptr)": "addr", "unsigned": "uint",
}

// cxxParam returns the type of a parameter in the words of the language.
func cxxParam(t demangle.AST) string {
	if b, ok := t.(*demangle.BuiltinType); ok && b.Name == "..." {
		return "..."
	}
	if r, ok := reference(t); ok {
		return referenceParam(r)
	}
	if isObject(t) {
		return cxxType(t) + "*" // the address of a copy
	}
	return cxxType(t)
}

// reference returns the type that a reference refers to.
func reference(t demangle.AST) (demangle.AST, bool) {
	switch t := t.(type) {
	case *demangle.ReferenceType:
		return t.Base, true
	case *demangle.RvalueReferenceType:
		return t.Base, true
	}
	return nil, false
}

// referenceParam returns the type of a reference: what it refers to if that can be shown.
// The call may change an object that is not const.
func referenceParam(to demangle.AST) string {
	t := cxxType(to)
	if t == opaque || t == "addr" || t == "func" || t == "void" {
		return "addr"
	}
	if isConst(to) {
		return t + "*"
	}
	return "=" + t + "*"
}

func isConst(t demangle.AST) bool {
	q, ok := t.(*demangle.TypeWithQualifiers)
	return ok && strings.Contains(printed(q.Qualifiers), "const")
}

// unqualified returns a type without const and volatile.
func unqualified(t demangle.AST) demangle.AST {
	if q, ok := t.(*demangle.TypeWithQualifiers); ok {
		return q.Base
	}
	return t
}

// cxxType returns a type in the words of the language.
func cxxType(t demangle.AST) string {
	switch t := t.(type) {
	case nil:
		return ""
	case *demangle.TypeWithQualifiers:
		return cxxType(t.Base)
	case *demangle.BuiltinType:
		if word := builtinTypes[t.Name]; word != "" {
			return word
		}
	case *demangle.PointerType:
		return cxxPointer(t.Base)
	case *demangle.ReferenceType, *demangle.RvalueReferenceType, *demangle.ArrayType:
		return "addr"
	case *demangle.FunctionType:
		return "func"
	case *demangle.PtrMem:
		if _, method := unqualified(t.Member).(*demangle.FunctionType); method {
			return "struct(func, long)"
		}
		return "long"
	case *demangle.ComplexType:
		if word := builtinTypes[printed(t.Base)]; word == "float" || word == "double" || word == "ldouble" {
			return strings.Replace(word, "ldouble", "long double", 1) + " complex"
		}
	}
	return cxxClass(t)
}

// cxxPointer returns a pointer to a type.
func cxxPointer(to demangle.AST) string {
	switch b := unqualified(to).(type) {
	case *demangle.FunctionType:
		return "func"
	case *demangle.BuiltinType:
		if isConst(to) && b.Name == "char" {
			return "string"
		}
		if isConst(to) && b.Name == "wchar_t" {
			return "wstring"
		}
	}
	return "addr"
}

// cxxClass returns a class or enumeration.
func cxxClass(t demangle.AST) string {
	name := printed(t)
	for _, c := range cxxClasses {
		if rest, ok := strings.CutPrefix(name, c.prefix); ok && strings.HasSuffix(rest, c.suffix) && (c.suffix != "" || rest == "") {
			return c.typ
		}
	}
	return opaque
}

// isUnsized reports whether it is unknown how values of type t are passed. They may take
// one word, for an enumeration or the address of an object, or be a class in two
// registers, in none, or on the stack.
func isUnsized(t demangle.AST) bool {
	return cxxType(t) == opaque && !isByAddress(t) && !isEnum(t)
}

// stdObjects are beginnings of names of the standard library's classes that have a
// destructor or a copy constructor of their own. Such objects are passed and returned by
// address (Itanium C++ ABI, 3.1.2.3).
var stdObjects = []string{"vector<", "deque<", "list<", "forward_list<", "map<", "multimap<", "set<", "multiset<", "unordered_map<", "unordered_multimap<",
	"unordered_set<", "unordered_multiset<", "basic_string<", "shared_ptr<", "weak_ptr<", "unique_ptr<", "function<", "locale", "any", "future<", "promise<",
	"shared_future<", "thread", "basic_regex<", "match_results<", "filesystem::path", "filesystem::__cxx11::path", "exception_ptr", "__exception_ptr::exception_ptr"}

// isByAddress reports whether objects of type t are passed by address.
func isByAddress(t demangle.AST) bool {
	name, ok := strings.CutPrefix(printed(t), "std::")
	name = strings.TrimPrefix(name, "__cxx11::")
	for _, c := range stdObjects {
		rest, found := strings.CutPrefix(name, c)
		if ok && found && (rest == "" || strings.HasSuffix(c, "<") && !strings.Contains(rest, ">::")) {
			return true
		}
	}
	return false
}

// stdEnums are enumerations of the standard library.
var stdEnums = []string{"std::_Ios_Openmode", "std::_Ios_Fmtflags", "std::_Ios_Iostate", "std::_Ios_Seekdir", "std::memory_order", "std::align_val_t", "std::launch",
	"std::errc", "std::io_errc", "std::future_errc", "std::future_status", "std::cv_status", "std::byte", "std::_Rb_tree_color", "std::chars_format",
	"std::filesystem::perms", "std::filesystem::perm_options", "std::filesystem::copy_options", "std::filesystem::directory_options",
	"std::filesystem::file_type", "std::codecvt_mode", "std::codecvt_base::result"}

func isEnum(t demangle.AST) bool { return slices.Contains(stdEnums, printed(t)) }

// isObject reports whether values of type t are passed by the address of a copy and
// returned in the caller's memory. Of the classes that can be shown, only strings are.
func isObject(t demangle.AST) bool { return cxxType(t) == "std_string" }
