package breakpoints_test

import (
	"fmt"
	"log"

	"plait/arch"
	"plait/breakpoints"
)

// memory is a space that begins at address 0.
type memory []byte

func (m memory) Read(addr uint64, b []byte) error  { copy(b, m[addr:]); return nil }
func (m memory) Write(addr uint64, b []byte) error { copy(m[addr:], b); return nil }

// ExampleNew has two users of one breakpoint. It stays until both have removed it, and
// a reader of the memory meanwhile sees the program's own bytes.
func ExampleNew() {
	code := memory("\x55\x48\x89\xe5" + "\x5d\xc3" + "\x90\x90\x90\x90\x90\x90\x90\x90\x90\x90\x90\x90")
	table := breakpoints.New(arch.AMD64, code)
	for range 2 {
		if err := table.Insert(4); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("% x\n", []byte(code[:6]))

	seen := make([]byte, 6)
	_ = code.Read(0, seen)
	table.Hide(0, seen)
	fmt.Printf("% x\n", seen)

	_ = table.Remove(4)
	fmt.Println(table.Len())
	_ = table.Remove(4)
	fmt.Printf("%d % x\n", table.Len(), []byte(code[:6]))
	// Output:
	// 55 48 89 e5 cc c3
	// 55 48 89 e5 5d c3
	// 1
	// 0 55 48 89 e5 5d c3
}
