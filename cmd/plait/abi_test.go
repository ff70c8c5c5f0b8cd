package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plait/internal/cli/clitest"
)

// TestCallingConvention calls random functions with all kinds of C types, and demands
// that plait shows each argument and result as it was. The program prints the expected
// lines. Caller and callee check what they get, so the lines can't be wrong.
func TestCallingConvention(t *testing.T) {
	for _, k := range []struct{ compiler, options, caller string }{
		{"gcc", "-O0", "caller.c"}, {"gcc", "-O2", "caller.c"},
		{"clang", "-O0", "caller.c"}, {"clang", "-O2", "caller.c"},
		{"g++", "-O2", "caller.cpp"}, {"clang++", "-O2", "caller.cpp"},
		{"rustc", "-O", "caller.rs"},
	} {
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("%s%s-%d", k.compiler, k.options, seed), func(t *testing.T) {
				clitest.Need(t, "gcc")
				clitest.Need(t, k.compiler)
				dir := t.TempDir()
				conventionFiles(t, dir, seed, k.compiler == "rustc")
				buildConvention(t, dir, k.compiler, k.options, k.caller)
				got := runIn(t, dir, plaitOf(t), "-F", "types.conf", "-a", "1", "-A", "100", "-s", "100", "-o", "trace.txt", "./caller")
				if got.status != "0" {
					t.Fatalf("the program ended with %s", got.status)
				}
				compare(t, conventionLines(t, filepath.Join(dir, "trace.txt")), strings.Split(strings.TrimSpace(got.stdout), "\n"))
			})
		}
	}
}

// plaitOf returns the path of this test's own program, under the name of plait.
func plaitOf(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "plait")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	return link
}

// conventionLines returns the calls of the test's own functions in a trace.
func conventionLines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "abi_") {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

// buildConvention builds the library and its caller. If the caller is in C++ or Rust,
// the library is in C.
func buildConvention(t *testing.T, dir, compiler, options, caller string) {
	t.Helper()
	callee := map[string]string{"clang": "clang", "clang++": "clang"}[compiler]
	if callee == "" {
		callee = "gcc"
	}
	level := options
	if compiler == "rustc" {
		level = "-O2"
	}
	mustRun(t, dir, callee, level, "-w", "-fPIC", "-shared", "-o", "libabi.so", "callee.c")
	if compiler == "rustc" {
		mustRun(t, dir, "rustc", options, "-A", "warnings", "-C", "prefer-dynamic=no", "-L", ".", "-l", "abi", "--edition", "2021",
			"-C", "link-arg=-Wl,-rpath,"+dir, "-o", "caller", caller)
		return
	}
	mustRun(t, dir, compiler, options, "-w", "-o", "caller", caller, "-L.", "-labi", "-Wl,-rpath,"+dir)
}

func mustRun(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	if r := runIn(t, dir, name, args...); r.status != "0" {
		t.Fatalf("%s %q: %s\n%s", name, args, r.status, r.stderr)
	}
}

// conventionFiles writes a library and what calls it, in C, C++ and Rust.
func conventionFiles(t *testing.T, dir string, seed uint64, rust bool) {
	t.Helper()
	m := newMaker(seed, rust)
	for range 40 {
		m.function()
	}
	for range 5 {
		m.variadic()
	}
	files := map[string]string{
		"types.h":    cHeader + m.types.String() + m.heads.String() + "END_C\n",
		"callee.c":   "#include \"types.h\"\n" + m.callees.String(),
		"caller.c":   "#include \"types.h\"\n#include <stdio.h>\n" + m.aliases.String() + "int main(void)\n{\n" + m.calls.String() + "\treturn 0;\n}\n",
		"caller.cpp": "#include \"caller.c\"\n",
		"caller.rs":  m.rustTypes.String() + "extern \"C\" {\n" + m.rustHeads.String() + "}\nfn main() { unsafe {\n" + m.rustCalls.String() + "} }\n",
		"types.conf": m.conf.String(),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// cHeader is the beginning of the header. The bits above a small integer in its
// register are undefined, although clang relies on 32 of them.
const cHeader = `#pragma once
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#ifdef __cplusplus
#define BEGIN_C extern "C" {
#define END_C }
#else
#include <stdbool.h>
#define BEGIN_C
#define END_C
#endif
#ifdef __clang__
#define GARBAGE(bits, x) (0x5a5a5a5a00000000l | (unsigned)(x))
#else
#define GARBAGE(bits, x) ((0x5a5a5a5a5a5a5a5al & ~((1ul << (bits)) - 1)) | ((unsigned long)(x) & ((1ul << (bits)) - 1)))
#endif
#define CHECK(x) do { if (!(x)) abort(); } while (0)
BEGIN_C
`

// A maker makes up functions.
type maker struct {
	*rand.Rand
	rust  bool // only what Rust has
	named int

	types, heads, aliases, callees, calls strings.Builder
	rustTypes, rustHeads, rustCalls, conf strings.Builder
}

func newMaker(seed uint64, rust bool) *maker {
	return &maker{Rand: rand.New(rand.NewPCG(seed, 7)), rust: rust}
}

func (m *maker) name(prefix string) string {
	m.named++
	return fmt.Sprintf("%s_%d", prefix, m.named)
}

// function makes up one function with up to 14 parameters, its callee and a call.
func (m *maker) function() {
	name := m.name("abi")
	result := m.typ(2)
	var params []cType
	for i := range m.IntN(15) {
		p := m.typ(2)
		if p.conf == "__int128" && i > 1 {
			// clang before 18 passes a half of a straddling one in a register.
			p = leaves[0]
		}
		params = append(params, p)
	}
	var args []cValue
	for _, p := range params {
		args = append(args, p.value(m.Rand))
	}
	back := result.value(m.Rand)
	m.declare(name, result, params)
	m.callee(name, result, params, args, back)
	m.call(name, result, params, args, back)
}

func (m *maker) declare(name string, result cType, params []cType) {
	var conf, c, rust []string
	for i, p := range params {
		conf, c = append(conf, p.conf), append(c, p.c)
		rust = append(rust, fmt.Sprintf("p%d: %s", i, p.rust))
	}
	fmt.Fprintf(&m.conf, "%s %s(%s);\n", result.conf, name, orVoid(conf))
	fmt.Fprintf(&m.heads, "%s %s(%s);\n", result.c, name, orVoid(c))
	fmt.Fprintf(&m.rustHeads, "fn %s(%s) -> %s;\n", name, strings.Join(rust, ", "), result.rust)
}

func orVoid(params []string) string {
	if len(params) == 0 {
		return "void"
	}
	return strings.Join(params, ", ")
}

// callee checks its arguments. It leaves garbage above a small result.
func (m *maker) callee(name string, result cType, params []cType, args []cValue, back cValue) {
	var list []string
	for i, p := range params {
		list = append(list, fmt.Sprintf("%s p%d", p.c, i))
	}
	value, returns := back.c, result.c
	if result.bits > 0 {
		value, returns = fmt.Sprintf("GARBAGE(%d, %s)", result.bits, back.c), "long"
		fmt.Fprintf(&m.callees, "long %s_wide(%s) __asm__(%q);\n", name, orVoid(list), name)
		name += "_wide"
	}
	fmt.Fprintf(&m.callees, "%s %s(%s)\n{\n", returns, name, orVoid(list))
	for i, a := range args {
		for _, check := range a.checks(fmt.Sprintf("p%d", i)) {
			fmt.Fprintf(&m.callees, "\tCHECK(%s);\n", check)
		}
	}
	fmt.Fprintf(&m.callees, "\treturn %s;\n}\n", value)
}

// call writes the call and its expected line. There is garbage above small arguments.
func (m *maker) call(name string, result cType, params []cType, args []cValue, back cValue) {
	var c, wide, rust, shown []string
	for i, p := range params {
		rust, shown = append(rust, args[i].rust), append(shown, args[i].shown)
		if p.bits > 0 {
			c, wide = append(c, fmt.Sprintf("GARBAGE(%d, %s)", p.bits, args[i].c)), append(wide, "long")
		} else {
			c, wide = append(c, args[i].c), append(wide, p.c)
		}
	}
	line := name + "(" + strings.Join(shown, ", ") + ") = " + back.shown
	fmt.Fprintf(&m.aliases, "BEGIN_C %s %s_wide(%s) __asm__(%q); END_C\n", result.c, name, orVoid(wide), name)
	fmt.Fprintf(&m.calls, "\t{ %s r = %s_wide(%s);\n", result.c, name, strings.Join(c, ", "))
	for _, check := range back.checks("r") {
		fmt.Fprintf(&m.calls, "\tCHECK(%s);\n", check)
	}
	fmt.Fprintf(&m.calls, "\tputs(%q); }\n", line)
	fmt.Fprintf(&m.rustCalls, "let r = %s(%s);\n", name, strings.Join(rust, ", "))
	for _, check := range back.rustChecks("r") {
		fmt.Fprintf(&m.rustCalls, "assert!(%s);\n", check)
	}
	fmt.Fprintf(&m.rustCalls, "println!(\"{}\", %q);\n", line)
}

// variadic makes up a function like printf and a call with many arguments.
func (m *maker) variadic() {
	name := m.name("abi")
	kinds := slices.Clone(conversions)
	if m.rust {
		kinds = kinds[:len(kinds)-1] // no long double
	}
	var format, args, rust, shown, checks strings.Builder
	for range 5 + m.IntN(15) {
		k := kinds[m.IntN(len(kinds))]
		v := k.typ.value(m.Rand)
		format.WriteString(k.spec + ";")
		args.WriteString(", " + v.c)
		rust.WriteString(", " + v.rust + k.typ.rust)
		shown.WriteString(", " + v.shown)
		fmt.Fprintf(&checks, "\tCHECK(va_arg(ap, %s) == %s);\n", k.typ.c, v.c)
	}
	fmt.Fprintf(&m.conf, "int %s(int n, format f);\n", name)
	fmt.Fprintf(&m.heads, "int %s(int n, const char *format, ...);\n", name)
	fmt.Fprintf(&m.rustHeads, "fn %s(n: i32, format: *const std::ffi::c_char, ...) -> i32;\n", name)
	fmt.Fprintf(&m.callees, "int %s(int n, const char *format, ...)\n{\n\tva_list ap;\n\tva_start(ap, format);\n%s\tva_end(ap);\n\treturn n + 1;\n}\n", name, &checks)
	line := fmt.Sprintf("%s(5, %q%s) = 6", name, &format, &shown)
	fmt.Fprintf(&m.calls, "\tCHECK(%s(5, %q%s) == 6);\n\tputs(%q);\n", name, &format, &args, line)
	fmt.Fprintf(&m.rustCalls, "assert!(%s(5, c%q.as_ptr()%s) == 6);\nprintln!(\"{}\", %q);\n", name, &format, &rust, line)
}
