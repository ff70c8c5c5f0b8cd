package terminal_test

import (
	"os"

	"plait/output/terminal"
)

// A target is standard output, to which both ways of writing are the same.
type target struct{ *os.File }

func (t target) WriteAsync(p []byte) (int, error) { return t.Write(p) }

// Lines that are the same fold, and long ones are cut.
func ExampleNew() {
	w := terminal.New(target{os.Stdout}, terminal.Options{Width: func() int { return 24 }})
	for range 3 {
		w.Write([]byte("getpid() = 7\n"))
	}
	w.Write([]byte("puts(\"a line that is long\") = 20\n"))
	w.Flush()
	// Output:
	// getpid() = 7 x3
	// puts("a line that is...
}
