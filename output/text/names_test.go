package text

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestShort(t *testing.T) {
	for symbol, want := range map[string]string{
		"puts": "puts",
		"_ZNKSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE7compareERKS4_":                                  "std::string::compare",
		"_ZNSt7__cxx1112basic_stringIwSt11char_traitsIwESaIwEE6appendEPKw":                                      "std::wstring::append",
		"_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc":                                               "std::operator<<",
		"_ZNSt6vectorIiSaIiEE9push_backEOi":                                                                     "std::vector<int>::push_back",
		"_ZNSt3mapINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEiSt4lessIS5_ESaISt4pairIKS5_iEEEixERS9_": "std::map<std::string, int>::operator[]",
		"_ZNSt10filesystem7__cxx114pathD1Ev":                                                                    "std::filesystem::path::~path",
		"_ZNSolsEi":                                                                                             "std::ostream::operator<<",
		"_ZSteqIcSt11char_traitsIcESaIcEEbRKNSt7__cxx1112basic_stringIT_T0_T1_EEPKS5_":                          "std::operator==<char>",
		"_ZNSaIcEC1Ev": "std::allocator<char>::allocator",
		"_ZN9__gnu_cxx18stdio_sync_filebufIcSt11char_traitsIcEED1Ev":                 "__gnu_cxx::stdio_sync_filebuf<char>::~stdio_sync_filebuf",
		"_RNvCs4fqI2P2rA04_7mycrate3foo":                                             "mycrate::foo",
		"_ZNSt3__112basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEE6appendEPKc": "std::string::append",
		"_ZN4work5greet17h0123456789abcdefE":                                         "work::greet",
		"_ZZN3foo3barEiE1x":                                                          "foo::bar()::x",
	} {
		if got := shortName(symbol); got != want {
			t.Errorf("%s: %s, want %s", symbol, got, want)
		}
	}
}

// TestShortForgedName: a name that refers to its parts many times over must cost
// neither time nor room.
func TestShortForgedName(t *testing.T) {
	name := "_ZN1aI"
	for range 400 {
		name += "S_IS_S_ES0_"
	}
	begin := time.Now()
	if got := shortName(name + "E1fEv"); len(got) > 1<<maxPower+100 {
		t.Errorf("%d bytes", len(got))
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestSpellings(t *testing.T) {
	got := Spellings("_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE6appendEPKc")
	const whole = "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::append"
	for _, want := range []string{"std::string::append", whole, whole + "(char const*)"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
	if got := Spellings("malloc"); got != nil {
		t.Errorf("malloc: %q", got)
	}
}

func TestPlaceName(t *testing.T) {
	n := newNames(Options{Demangle: true})
	for symbol, want := range map[string]string{"main+0x4": "main+0x4", "_ZNSt8ios_base4InitD1Ev": "std::ios_base::Init::~Init",
		"_ZN3foo3barEv+0x10": "foo::bar+0x10", "": ""} {
		if got := n.symbolOffset(symbol); got != want {
			t.Errorf("%s: %s, want %s", symbol, got, want)
		}
	}
	if got := (&names{}).symbolOffset("_ZN3foo3barEv+0x10"); !strings.HasPrefix(got, "_ZN") {
		t.Errorf("not asked for: %s", got)
	}
}
