package procinfo_test

import (
	"fmt"

	"plait/procinfo"
	"plait/ptrace"
)

// onePipe is a /proc in which every descriptor is a pipe.
type onePipe struct{}

func (onePipe) File(tid, fd int, want ptrace.Wants) (ptrace.File, error) {
	return ptrace.File{Target: "pipe:[4711]"}, nil
}
func (onePipe) Link(tid, index int) string            { return "" }
func (onePipe) Comm(tid int) string                   { return "bash" }
func (onePipe) TranslatePID(tid, num int) int         { return num + 1000 }
func (onePipe) Namespace(tid int, kind string) string { return "" }

// ExampleNamer finds out what a descriptor and a process ID mean. The tracer's Proc is the
// real /proc.
func ExampleNamer() {
	n := procinfo.Namer{
		Proc:        onePipe{},
		Descriptors: procinfo.Descriptors{Paths: true},
		PIDs:        procinfo.PIDs{Comm: true, PIDNS: true},
	}
	fmt.Println(n.Describe(77, 3, nil).Path)
	pid := n.PID(77, 5)
	fmt.Println(pid.Num, pid.Comm, pid.Outer)
	// Output:
	// pipe:[4711]
	// 5 bash 1005
}
