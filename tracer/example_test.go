package tracer

import (
	"fmt"
	"strings"
)

// A script of stops becomes events. Thread 77 hits the breakpoint at the PLT slot of
// puts, makes a system call in puts, and returns. After each stop come the tracer's
// events and, after "->", how it restarts the thread. First that is at the target of
// the slot, since the tracer performs the stub's jump by setting the program counter.
func Example() {
	s := newScript(showing{})
	for line := range strings.Lines(`
		syscalls
		tracee 77
		code 0x400000 0x401000
		bytes 0x4004fb e800fbffff90
		string 0x402000 hi
		word 0x404018 0x400100
		word 0x7ffe00 0x400500
		slot 77 puts 0x400030 0x404018

		77 trap pc=0x400031 sp=0x7ffe00 rdi=0x402000
		77 entry 1 rdi=1 rsi=0x402000 rdx=2
		77 exit 2
		77 trap pc=0x400501 sp=0x7ffe08 rax=3
		77 exited 0
	`) {
		if words := strings.Fields(line); len(words) > 0 {
			s.line(words)
		}
	}
	fmt.Print(s.out.String())
	// Output:
	// 77 trap pc=0x400031
	//     77 enter puts("hi")
	//     -> 77 syscall at 0x400100
	// 77 entry 1
	//       77 enter write(1, "hi", 2)
	//     -> 77 syscall at 0x400100
	// 77 exit 2
	//       77 return write(1, "hi", 2) = 2
	//     -> 77 syscall at 0x400100
	// 77 trap pc=0x400501
	//     77 return puts("hi") = 3
	//     -> 77 syscall at 0x400501
	// 77 exited 0
	//     77 exit 0
}

// showing is the judge of an example.
type showing struct{}

func (showing) Helper()                           {}
func (showing) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (showing) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (showing) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
