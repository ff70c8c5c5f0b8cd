package values_test

import (
	"fmt"

	"plait/proto/lens/values"
)

// Example writes a number and two addresses as a C program would.
func Example() {
	fmt.Println(values.Hex(0x1f))
	fmt.Println(values.Inet([]byte{127, 0, 0, 1}))
	fmt.Println(values.MAC([]byte{2, 0, 0, 0, 0, 1}))
	// Output:
	// 0x1f
	// inet_addr("127.0.0.1")
	// 02:00:00:00:00:01
}
