package objfile_test

import (
	"fmt"
	"os"

	"plait/arch"
	"plait/background"
	"plait/debuginfo"
	"plait/objfile"
	"plait/proto"
	"plait/ptrace"
)

// ExampleFiles_Open asks about one file, this test itself: did Go compile it, can it catch
// exceptions, and are its slots known.
func ExampleFiles_Open() {
	prototypes, _ := proto.Open(proto.Options{Arch: arch.Native})
	files := objfile.New(background.New(), os.Open, prototypes, debuginfo.Store{})
	opened, err := os.Open("/proc/self/exe")
	f, err := files.Open(opened, ptrace.Identity{}, err)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err, ok := f.Slots()
	fmt.Println(f.IsGo(), f.Catches(), err, ok)
	// Output: true false <nil> true
}
