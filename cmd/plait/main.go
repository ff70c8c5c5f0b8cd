// To follow the CPU limit of its control group, Go's runtime would keep two files open
// and read them again and again.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0

package main

import (
	"io"
	"os"
	"path/filepath"

	"plait/internal/cli"
	"plait/internal/cli/ltrace"
	"plait/internal/cli/strace"
)

func main() {
	cli.TuneHeap()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run runs the command line that the user chose, and returns the exit status. The
// command inherits the descriptors of this process; stdout and stderr are for what
// plait itself writes.
func run(args []string, stdout, stderr io.Writer) int {
	crash := cli.CatchCrash()
	if rest, ok := asStrace(args); ok {
		return strace.Run(rest, crash, stdout, stderr)
	}
	return ltrace.Run(args, strace.Options(), crash, stdout, stderr)
}

// asStrace reports whether strace's command line is wanted, by the name that plait
// was called by or by its first option, and returns the arguments without that
// option.
func asStrace(args []string) (rest []string, ok bool) {
	switch {
	case len(args) > 0 && args[0] == "--as=strace":
		return args[1:], true
	case len(args) > 1 && args[0] == "--as" && args[1] == "strace":
		return args[2:], true
	}
	return args, filepath.Base(os.Args[0]) == "strace"
}
