package elf_test

import (
	"fmt"
	"log"

	"plait/elf"
)

// ExampleOpen shows what an object imports, and the word that the dynamic loader fills
// with the address of each function.
func ExampleOpen() {
	f, err := elf.Open("../testdata/elf/calls-pie")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	fmt.Println(f.Kind(), f.Needed)
	relocations, err := f.Relocations()
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range relocations {
		if r.Symbol.Name != "" {
			fmt.Printf("%#x holds the address of %s@%s\n", r.Offset, r.Symbol.Name, r.Symbol.Version)
		}
	}
	// Output:
	// 64-bit EM_X86_64 [libc.so.6]
	// 0x1fe0 holds the address of free@GLIBC_2.2.5
	// 0x2000 holds the address of puts@GLIBC_2.2.5
}
