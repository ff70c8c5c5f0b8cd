package pty_test

import (
	"fmt"
	"os"

	"plait/internal/cli/pty"
)

// A command writes a line. What it writes is relayed to standard output.
func ExampleTerminal() {
	t, err := pty.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	slave := os.NewFile(uintptr(t.Slave()), "slave") // a command would have it as its descriptors
	fmt.Fprintln(slave, "hello")
	t.Start()
	fmt.Println(t.End(nil))
	// Output:
	// true
}

// Without a terminal there is nothing to relay.
func ExampleTerminal_none() {
	var none *pty.Terminal
	none.Start()
	fmt.Println(none.End(nil))
	// Output:
	// true
}
