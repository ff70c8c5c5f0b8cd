package cli_test

import (
	"fmt"
	"os"
	"testing"

	"plait/internal/cli"
	"plait/tracer"
)

func ExampleUI_Fail() {
	u := cli.NewUI(os.Stdout, "plait")
	status := u.Fail(cli.UsageError{What: "-ff", Why: "needs a file", Hint: "-ff -o FILE writes FILE.PID for each process"})
	fmt.Println("exit status", status)
	// Output:
	// plait: -ff: needs a file
	// plait: hint: -ff -o FILE writes FILE.PID for each process
	// exit status 1
}

// TestExit: if plait was not killed, its status is the command's, unless plait failed.
func TestExit(t *testing.T) {
	for _, test := range []struct{ command, status, want int }{
		{0, 0, 0}, {3, 0, 3}, {3, cli.StatusUsage, 3}, {0, cli.StatusUsage, cli.StatusUsage}, {3, cli.StatusFault, cli.StatusFault},
	} {
		if got := (&cli.Crash{}).Exit(tracer.Status{Exit: test.command}, test.status); got != test.want {
			t.Errorf("the command's %d, plait's %d: %d, not %d", test.command, test.status, got, test.want)
		}
	}
}
