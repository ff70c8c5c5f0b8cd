package decode_test

import (
	"fmt"

	"plait/proto/decode"
)

// ExampleExpr_Value evaluates the length of an array, as an expression of the language
// is compiled to. It has a value before any call if no argument is in it.
func ExampleExpr_Value() {
	constant := decode.Binary("*", decode.Const(4), decode.Const(16))
	fmt.Println(constant.Value())
	fmt.Println(decode.Binary("*", decode.Argument(1), decode.Const(16)).Value())
	// Output:
	// 64 true
	// 0 false
}
