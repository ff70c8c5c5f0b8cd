package proto

import (
	"fmt"
	"strings"
	"testing"

	"plait/bound"
	"plait/proto/decode"
)

// TestNested compiles and uses types that are made of the one before, again and again:
// there are very many ways through unions to one member.
func TestNested(t *testing.T) {
	tests := []struct {
		next   string // the next type
		depth  int
		params string
	}{
		{"union(LAST, LAST, LAST)", 18, "t17, t17*, hex(t17), hex(t17)*"},
		{"struct(struct(), LAST)", 18, "t17, hex(t17)*"},
		{"switch(1) { 1: LAST; 2: LAST; default: LAST }", 18, "t17, t17*, hex(t17*)"},
		{"array(LAST, 1)", 10000, "t9999, t9999*, hex(t9999)*"},
		{"LAST*", 10000, "t9999"},
	}
	for _, test := range tests {
		var b strings.Builder
		b.WriteString("typedef t0 = int;\n")
		last := "t0"
		for i := 1; i < test.depth; i++ {
			fmt.Fprintf(&b, "typedef t%d = %s;\n", i, strings.ReplaceAll(test.next, "LAST", last))
			last = fmt.Sprintf("t%d", i)
		}
		fmt.Fprintf(&b, "%s f(%s);\n", last, test.params)
		bound.Input(t, func() {
			file, errs := Parse("nested", b.String(), nil)
			p := file.Lookup("f")
			if p == nil {
				t.Fatalf("%s: no prototype: %v", test.next, errs)
			}
			s := hostile(make([]byte, 64))
			args, _ := p.Enter(s)
			p.Return(s, args, decode.Result{})
		})
	}
}
