package inline_test

import (
	"fmt"
	"log"

	"plait/inline"
	"plait/ring"
)

// memory is a space that begins at address 0.
type memory []byte

func (m memory) Read(addr uint64, b []byte) error  { copy(b, m[addr:]); return nil }
func (m memory) Write(addr uint64, b []byte) error { copy(m[addr:], b); return nil }

// ExampleTable plants a jump over the call of a slot, whose word is at 0x516. The code that
// it leads to records calls with one argument.
func ExampleTable() {
	space := make(memory, 0x4000)
	call := []byte("\xff\x15\x10\x00\x00\x00") // call *0x10(%rip)
	copy(space[0x500:], call)

	var kit inline.Kit
	code, err := kit.Enter(7, ring.Enter{Words: 1}, false, 0x500, call, 0x2000)
	if err != nil {
		log.Fatal(err)
	}
	copy(space[code.Addr:], code.Bytes)

	table := inline.New(space)
	table.AddCode(code)
	jump, err := inline.SlotJump(0x500, call, code)
	if err == nil {
		err = table.Insert(jump, call, code)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("% x\n", []byte(space[0x500:0x506]))

	seen := make([]byte, 6)
	_ = space.Read(0x500, seen)
	table.Hide(0x500, seen)
	fmt.Printf("% x\n", seen)

	_ = table.Remove(0x500)
	fmt.Printf("% x\n", []byte(space[0x500:0x506]))
	// Output:
	// 67 e8 4a 1b 00 00
	// ff 15 10 00 00 00
	// ff 15 10 00 00 00
}
