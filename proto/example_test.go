package proto_test

import (
	"fmt"
	"os"
	"strings"

	"plait/arch"
	"plait/event"
	"plait/output/text"
	"plait/proto"
	"plait/proto/decode"
)

// ExampleDatabase_Lookup makes a line of the registers of a call and the memory that
// they point to. It finds the prototype by library and name, and decodes the words when
// the call begins and again when it returns.
func ExampleDatabase_Lookup() {
	database, _ := proto.Open(proto.Options{Arch: arch.AMD64})
	prototype := database.Lookup("libc.so.6", "openat")

	registers := [6]uint64{0xffffff9c, 16, 0x80000}
	source := &decode.Source{
		Arch:   arch.AMD64,
		Kind:   event.Library,
		Int:    func(i int) uint64 { return registers[i] },
		Memory: strings.NewReader(strings.Repeat("\x00", 16) + "/etc/passwd\x00"),
	}
	call := &event.Call{ID: 1, Kind: event.Library, Name: "openat"}
	printer := text.New(os.Stdout, text.Options{})
	call.Args, _ = prototype.Enter(source)
	printer.Emit(&event.Enter{Call: call})
	returned := &event.Return{Call: call}
	call.Args, returned.Result = prototype.Return(source, call.Args, decode.Result{Int: [2]uint64{3}})
	printer.Emit(returned)
	// Output:
	// openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3
}

// ExampleParse shows a file of prototypes with a mistake in it.
func ExampleParse() {
	file, errs := proto.Parse("example.conf", "int f(string s);\nint g(strnig s);\n", proto.Embedded(arch.AMD64))
	fmt.Println(file.Names(), errs)
	// Output:
	// [f g] [example.conf:2:7: unknown type strnig]
}
