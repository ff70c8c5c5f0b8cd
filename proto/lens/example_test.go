package lens_test

import (
	"fmt"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens"
)

// ExampleFind shows a limit of setrlimit(2), which reads better in units of 1024. Its
// highest value means no limit.
func ExampleFind() {
	limit := lens.Find("rlim_t")
	for _, bits := range []uint64{8 << 20, 1<<64 - 1} {
		fmt.Println(limit.Lens.Decode(&decode.Source{}, bits).(event.Name).Name)
	}
	// Output:
	// 8192*1024
	// RLIM64_INFINITY
}
