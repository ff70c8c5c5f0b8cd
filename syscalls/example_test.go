package syscalls_test

import (
	"fmt"
	"log"

	"plait/arch"
	"plait/syscalls"
)

// ExampleFor shows numbers, names and classes of the system calls of amd64.
func ExampleFor() {
	table := syscalls.For(arch.AMD64, 0)
	name, _ := table.Name(257)
	fmt.Println(name, syscalls.ClassNames(table.Class(257)))
	number, _ := table.Number("execve")
	fmt.Println(number)
	// Output:
	// openat [%file %desc]
	// 59
}

// ExampleParseSet parses a set as -e trace= takes it.
func ExampleParseSet() {
	table := syscalls.For(arch.AMD64, 0)
	set, err := syscalls.ParseSet("read,%process", table)
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"read", "write", "clone"} {
		number, _ := table.Number(name)
		fmt.Println(name, set.Has(number))
	}
	// Output:
	// read true
	// write false
	// clone true
}
