package debuginfo_test

import (
	"fmt"
	"io"
	"strings"

	"plait/debuginfo"
)

// The debugging information of int add(int a, int b), as small as it can be
// (DWARF 4). Sections come from an object, mostly: elf.DebugFile.Section.
func ExampleOpen() {
	sections := map[string]string{
		".debug_abbrev": "\x01\x11\x01\x13\x0b\x11\x01\x12\x06\x00\x00" + // a unit: language, address, size
			"\x02\x24\x00\x03\x08\x3e\x0b\x0b\x0b\x00\x00" + // a base type: name, encoding, size
			"\x03\x2e\x01\x03\x08\x27\x19\x49\x13\x11\x01\x12\x06\x00\x00" + // a function: name, prototyped, type, address, size
			"\x04\x05\x00\x03\x08\x49\x13\x00\x00" + "\x00", // a parameter: name, type
		".debug_info": "\x41\x00\x00\x00\x04\x00\x00\x00\x00\x00\x08" +
			"\x01\x0c\x00\x10\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00" +
			"\x02int\x00\x05\x04" +
			"\x03add\x00\x19\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00" +
			"\x04a\x00\x19\x00\x00\x00" + "\x04b\x00\x19\x00\x00\x00" + "\x00\x00",
	}
	in := debuginfo.Open(func(name string) (io.ReaderAt, int64) {
		s := sections[name]
		return strings.NewReader(s), int64(len(s))
	}, debuginfo.Options{})
	fmt.Print(in.Function("add", 0x1000))
	// Output: int add.1000(int a, int b);
}
