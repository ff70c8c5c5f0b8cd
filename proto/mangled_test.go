package proto

import (
	"strings"
	"testing"

	"plait/arch"
	"plait/bound"
	"plait/proto/syntax"
)

// TestMangledText shows the prototypes that mangled names become.
func TestMangledText(t *testing.T) {
	for _, test := range []struct{ symbol, want string }{
		// Functions inside and outside of namespaces.
		{"_Z3foov", "evident _Z3foov(void);"},
		{"_Z3fooibcdPKcz", "evident _Z3fooibcdPKcz(int, bool, char, double, string, ...);"},
		{"_ZN4llvm4errsEv", "evident _ZN4llvm4errsEv(void);"},
		{"_ZN3foo3barEPFviEPKwRKiRl", "evident _ZN3foo3barEPFviEPKwRKiRl(func, wstring, int*, =long*);"},
		// Members: known by a qualifier, a template's arguments, a capital letter, a
		// known class.
		{"_ZNK3foo3barEv", "evident _ZNK3foo3barEv(addr this);"},
		{"_ZN3FooC1Ei", "void _ZN3FooC1Ei(addr this, int);"},
		{"_ZN3FooD0Ev", "void _ZN3FooD0Ev(addr this);"},
		{"_ZN3Foo3barEv", "evident _ZN3Foo3barEv(addr this);"},
		{"_ZN3fooaSERKS_", "evident _ZN3fooaSERKS_(addr this, addr);"},
		{"_ZSt6lengthv", "evident _ZSt6lengthv(void);"},
		{"_ZNSt6locale7classicEv", "addr _ZNSt6locale7classicEv(void);"},
		{"_ZNSt6localeC1EPKc", "void _ZNSt6localeC1EPKc(addr this, string);"},
		// Strings.
		{"_ZN3foo3barERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE",
			"evident _ZN3foo3barERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE(std_string*);"},
		{"_ZN3foo3barENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE",
			"evident _ZN3foo3barENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE(std_string*);"},
		{"_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE6appendEPKc",
			"addr _ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE6appendEPKc(=std_string* this, string);"},
		{"_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE13_M_set_lengthEm",
			"void _ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE13_M_set_lengthEm(=std_string* this, ulong);"},
		{"_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE12__sv_wrapperC1ESt17basic_string_viewIcS2_E",
			"void _ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE12__sv_wrapperC1ESt17basic_string_viewIcS2_E(+std_string_view* this, std_string_view);"},
		{"_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEC1ENS4_12__sv_wrapperERKS3_",
			"void _ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEC1ENS4_12__sv_wrapperERKS3_(+std_string* this, std_string_view, addr);"},
		{"_ZNKSt9exception4whatEv", "string _ZNKSt9exception4whatEv(addr this);"},
		{"_ZNKSt10filesystem7__cxx114path11parent_pathEv", "addr _ZNKSt10filesystem7__cxx114path11parent_pathEv(addr result, addr this);"},
		{"_ZNSt10filesystem4sizeEv", "evident _ZNSt10filesystem4sizeEv(void);"},
		{"_ZNK4llvm9StringRef4findES0_m", "evident _ZNK4llvm9StringRef4findES0_m(llvm_StringRef* this, llvm_StringRef, ulong);"},
		// A template's result is in its name; an object is built where the caller says.
		{"_Z3fooIiET_S0_", "int _Z3fooIiET_S0_(int);"},
		{"_ZStplIcSt11char_traitsIcESaIcEENSt7__cxx1112basic_stringIT_T0_T1_EERKS8_SA_",
			"addr _ZStplIcSt11char_traitsIcESaIcEENSt7__cxx1112basic_stringIT_T0_T1_EERKS8_SA_(+std_string* result, std_string*, std_string*);"},
		{"_ZNKSt7__cxx1119basic_ostringstreamIcSt11char_traitsIcESaIcEE3strEv",
			"addr _ZNKSt7__cxx1119basic_ostringstreamIcSt11char_traitsIcESaIcEE3strEv(+std_string* result, addr this);"},
		{"_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE12_Alloc_hiderC1EPcRKS3_",
			"void _ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE12_Alloc_hiderC1EPcRKS3_(addr this, addr, addr);"},
		// Names that are no functions, or do not give their parameters.
		{"_ZTV3Foo", ""}, {"_ZN3Foo3barE", ""}, {"_ZN3std2io5stdio6_print17h0123456789abcdefE", ""}, {"_Z", ""}, {"puts", ""},
	} {
		if got := mangledText(test.symbol); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.symbol, got, test.want)
		}
	}
}

// FuzzMangled takes any name apart. The outcome is a prototype of one line that
// compiles, or nothing.
func FuzzMangled(f *testing.F) {
	for _, seed := range []string{"_Z3foov", "_ZNK4llvm9StringRef4findES0_m", "_ZThn16_N3Foo3barEv", "_ZZN3foo3barEvE3baz",
		"_ZN3FoocvT_IiEEv", "_Z1fM1AFvvE", "_Z1fCd", "_Z1fA10_i", "_Z1fDv4_f", "_ZN1AC2I1BEET_", "_Z1fIJicEEvDpT_", "_Z1f" + strings.Repeat("f", 76)} {
		f.Add(seed)
	}
	types := Embedded(arch.AMD64)
	types.loadAll()
	f.Fuzz(func(t *testing.T, symbol string) {
		bound.Input(t, func() {
			if strings.ContainsAny(symbol, "\n# ;{}()[]\"'\t\r") || len(symbol) > maxMangled {
				return
			}
			text := mangledText(symbol)
			if text == "" {
				return
			}
			it := &item{Heading: syntax.HeadingOf(text), Chunk: syntax.Chunk{Text: text, Line: 1}, file: symbol, scope: types.scope}
			if it.prototype() == nil && it.Name == symbol {
				t.Errorf("%s: %v", text, it.err)
			}
		})
	})
}
