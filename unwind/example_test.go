package unwind_test

import (
	"fmt"

	"plait/elf"
	"plait/unwind"
)

// stack is the memory of a thread whose code lies below 0x1000, in no file.
type stack map[uint64]uint64

func (s stack) Word(addr uint64) (uint64, bool)        { v, ok := s[addr]; return v, ok }
func (s stack) Executable(addr uint64) bool            { return addr < 0x1000 }
func (s stack) Object(addr uint64) (*elf.File, uint64) { return nil, 0 }

// ExampleWalk: a function at 0x999 was called from 0xaaa, and that one from 0xbbb. No
// file describes them, so unwind follows the chain of frame pointers.
func ExampleWalk() {
	const call = 0xe8 << 24 // eight bytes that end with a call and its operand
	s := stack{
		0x1010: 0x1040, 0x1018: 0xaaa, // saved frame pointer, return address
		0x1040: 0, 0x1048: 0xbbb,
		0xaaa - 8: call, 0xbbb - 8: call,
	}
	const sp, bp = 4, 5 // numbers of RSP and RBP in machine code
	start := unwind.Start(0x999, func(machine int) uint64 {
		return map[int]uint64{sp: 0x1000, bp: 0x1010}[machine]
	})
	unwind.Walk(s, start, 10, func(r *unwind.Registers) bool {
		fmt.Printf("%#x\n", r.PC())
		return true
	})
	// Output:
	// 0x999
	// 0xaaa
	// 0xbbb
}
