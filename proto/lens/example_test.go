package lens_test

import (
	"fmt"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens"
)

// A limit of setrlimit(2) reads better in units of 1024, and its highest value means none.
func ExampleFind() {
	limit := lens.Find("rlim_t")
	for _, bits := range []uint64{8 << 20, 1<<64 - 1} {
		fmt.Println(limit.Lens.Decode(&decode.Source{}, bits).(event.Name).Name)
	}
	// Output:
	// 8192*1024
	// RLIM64_INFINITY
}
