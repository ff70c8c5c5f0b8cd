package strace_test

import (
	"fmt"

	"plait/internal/cli/strace"
)

func ExampleOptions() {
	group := strace.Options()[0]
	fmt.Println(group.Title)
	for _, option := range group.Entries {
		fmt.Println(" ", option.Forms)
	}
	// Output:
	// Which process
	//   -p PID, --attach=PID
	//   -E VAR[=VALUE], --env=VAR[=VALUE]
	//   -u USER|UID:GID, --user=USER|UID:GID
	//   --argv0=NAME
}
