package infer_test

import (
	"fmt"

	"plait/infer"
)

// ExampleFunction looks at a function that reads RDI and RSI before it writes them, so
// it takes two arguments.
func ExampleFunction() {
	const base = 0x1000
	code := "\x48\x8b\x07" + // mov (%rdi),%rax
		"\x48\x01\xf0" + // add %rsi,%rax
		"\xc3" // ret
	p := infer.Program{Code: func(addr uint64, b []byte) int {
		if addr < base || addr >= base+uint64(len(code)) {
			return 0
		}
		return copy(b, code[addr-base:])
	}}
	s, ok := infer.Function(p, base)
	fmt.Println(s.Ints, s.Floats, s.More, ok)
	// Output: 2 0 false true
}
