package arch_test

import (
	"fmt"

	"plait/arch"
)

// Example prepares a register set that ptrace(2) has read for a system call, and takes
// apart a call that a breakpoint displaces.
func Example() {
	amd64 := arch.AMD64
	regs := amd64.View(make([]byte, amd64.RegsetSize))
	regs.PrepareSyscall(0x401000, amd64.Calls.Mmap, 0, 4096)
	fmt.Printf("%#x: system call %d(%d, %d)\n", regs.PC(), regs.SyscallNumber(), regs.SyscallArg(0), regs.SyscallArg(1))

	call := []byte{0xe8, 0xfb, 0x00, 0x00, 0x00} // call .+0x100
	step, err := amd64.Displace(call, 0x401000, 0x500000)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d bytes: push the return address %v, go on at %#x\n", step.Len, step.Push, step.Jump)

	double := arch.Type{Size: 16, Scalars: []arch.Scalar{{Kind: arch.Float, Off: 0, Size: 8}, {Kind: arch.Integer, Off: 8, Size: 4}}}
	parts, _ := amd64.Argument(double)
	fmt.Println("struct {double; int} in", len(parts), "registers, the first a vector register:", parts[0].Bank == arch.InVector)
	// Output:
	// 0x401000: system call 9(0, 4096)
	// 5 bytes: push the return address true, go on at 0x401100
	// struct {double; int} in 2 registers, the first a vector register: true
}

// ExampleDecodeAMD64 finds the parts of an instruction: jmp *0x1c7a(%rip), as in a PLT
// stub.
func ExampleDecodeAMD64() {
	insn, ok := arch.DecodeAMD64([]byte("\xff\x25\x7a\x1c\x00\x00\x90\x90"))
	fmt.Println(ok, insn.Len, insn.RIPRel)
	// Output: true 6 2
}
