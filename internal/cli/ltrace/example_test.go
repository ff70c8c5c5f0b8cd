package ltrace_test

import (
	"fmt"
	"os"

	"plait/internal/cli"
	"plait/internal/cli/ltrace"
	"plait/internal/cli/strace"
)

func ExampleRun() {
	crash := cli.CatchCrash()
	for _, args := range [][]string{{"-n", "21", "ls"}, {"-k", "ls"}} {
		status := ltrace.Run(args, strace.Options(), crash, os.Stdout, os.Stdout)
		fmt.Println("exit status", status)
	}
	// Output:
	// plait: -n 21: must be from 0 to 20
	// exit status 1
	// plait: -k: no such option
	// plait: hint: -w N shows the stack; strace has it: plait --as strace -k
	// exit status 1
}
