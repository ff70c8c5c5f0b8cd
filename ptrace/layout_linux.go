//go:build linux

package ptrace

import "strconv"

// Fields of stat, counted from the third (proc_pid_stat(5)).
const (
	statStartStack = 28 - 3
	statStartBrk   = 47 - 3
	statArgStart   = 48 - 3
)

// Layout reads where the kernel placed things in the address space of a process: its
// mappings, and from /proc/PID/stat the begin of stack, argument strings and heap. Those
// are 0 if plait may not read them.
func (l *Linux) Layout(pid int) (Layout, error) {
	maps, err := l.Maps(pid)
	if err != nil {
		return Layout{}, err
	}
	out := Layout{Mappings: maps}
	fields := statFields(proc(pid, "stat"))
	if len(fields) > statArgStart {
		number := func(i int) uint64 { n, _ := strconv.ParseUint(string(fields[i]), 10, 64); return n }
		out.Stack, out.Heap, out.Args = number(statStartStack), number(statStartBrk), number(statArgStart)
	}
	return out, nil
}
