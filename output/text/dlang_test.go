package text

import (
	"os/exec"
	"strings"
	"testing"

	"plait/bound"
)

// dNames are names of D as its compilers mangle them, and what they stand for.
var dNames = []struct{ symbol, want string }{
	{"_Dmain", "D main"},
	{"_D8demangle4testFAyaPS3foo3BarHiAAlZi", "demangle.test(immutable(char)[], foo.Bar*, long[][][int])"},
	{"_D1a1C3fooMxFNaNbdZv", "a.C.foo(double) const"},
	{"_D3foo3Bar6__initZ", "initializer for foo.Bar"},
	{"_D3foo3Bar6__vtblZ", "vtable for foo.Bar"},
	{"_D3foo12__ModuleInfoZ", "ModuleInfo for foo"},
	{"_D8demangle4testFNeOxaNgiG3fYv", "demangle.test(shared(const(char)), inout(int), float[3], ...)"},
	{"_D1t3fooFPFiZvC1t1AE1t1BZv", "t.foo(void(int) function, t.A, t.B)"},
	{"_D8demangle4testFKiJaLAhZv", "demangle.test(ref int, out char, lazy ubyte[])"},
	{"_D8demangle4testFDFiZaZv", "demangle.test(char(int) delegate)"},
	{"_D8demangle4testFAaXv", "demangle.test(char[]...)"},
	{"_D8demangle15__T4testVii10ZQvFZv", ""},
	{"_D8demangle13__T4testTaTiZ4testFZv", "demangle.test!(char, int).test()"},
	{"_D8demangle13__T4testVii5Z4testFZv", "demangle.test!(5).test()"},
	{"_D8demangle13__T4testVlN5Z4testFZv", "demangle.test!(-5L).test()"},
	{"_D8demangle16__T4testVbi1TaTiZ4testFNbNiZv", ""},
	{"_D8demangle17__T4testVbi1TAyaZ4testFNbNiZv", "demangle.test!(true, immutable(char)[]).test()"},
	{"_D3std5stdio7writelnFAyaQdZv", "std.stdio.writeln(immutable(char)[], immutable(char)[])"},
	{"_D3foo3barFS3foo3BazQjZv", "foo.bar(foo.Baz, foo.Baz)"},
	{"_D3foo3barQeFZv", "foo.bar.bar()"},
	{"_D8demangle22__T4testVAyaa3_616263Z4testFZv", `demangle.test!("abc").test()`},
	{"_D3foo3barQzFZv", ""},
	{"_D9999foo", ""},
	{"_D", ""},
	{"_Device", ""},
	{"_DYNAMIC", ""},
}

func TestDemangleD(t *testing.T) {
	for _, n := range dNames {
		want := n.want
		if want == "" {
			want = n.symbol
		}
		if got := wholeName(n.symbol); got != want {
			t.Errorf("%s: %s, want %s", n.symbol, got, want)
		}
	}
}

// TestDemangleDLikeOthers compares with binutils.
func TestDemangleDLikeOthers(t *testing.T) {
	filter, err := exec.LookPath("c++filt")
	if err != nil {
		t.Skip(err)
	}
	for _, n := range dNames {
		if n.want == "" {
			continue
		}
		out, err := exec.Command(filter, "--format=dlang", n.symbol).Output()
		if got := strings.TrimSpace(string(out)); err != nil || got != n.want {
			t.Errorf("%s: c++filt says %s, we %s", n.symbol, got, n.want)
		}
	}
}

func FuzzDemangleD(f *testing.F) {
	for _, n := range dNames {
		f.Add(n.symbol)
	}
	f.Fuzz(func(t *testing.T, symbol string) {
		bound.Input(t, func() {
			if text, ok := demangleD(symbol); ok && len(text) > 2<<maxPower {
				t.Errorf("%d bytes", len(text))
			}
		})
	})
}
