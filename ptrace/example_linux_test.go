package ptrace_test

import (
	"errors"
	"fmt"
	"runtime"

	"plait/ptrace"
)

// A command is launched, and runs from stop to stop until it has ended.
func ExampleLinux_Launch() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	l := ptrace.New()
	if _, err := l.Launch(ptrace.Command{Path: "/bin/true", Argv: []string{"true"}}); err != nil {
		fmt.Println(err)
		return
	}
	for {
		stop, err := l.Wait()
		if errors.Is(err, ptrace.ErrNone) {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		if stop.Kind == ptrace.Exited {
			fmt.Println("ended with status", stop.Status)
			continue
		}
		if err := l.Restart(stop.TID, ptrace.Restart{Op: ptrace.Cont}); err != nil && !errors.Is(err, ptrace.ErrGone) {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// ended with status 0
}
