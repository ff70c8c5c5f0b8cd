//go:build linux

package ptrace

import (
	"os"
	"strconv"
	"strings"
)

// Outside is our number of the thread that tracee tid knows as num: another one
// if the tracee lives in a PID namespace of its own (pid_namespaces(7)). It is 0
// if there is none. A negative num means a process group.
func (l *Linux) Outside(tid, num int) int {
	if num <= 0 {
		return 0
	}
	ns, err := os.Readlink(proc(tid, "ns/pid"))
	own, ownErr := os.Readlink("/proc/self/ns/pid")
	if err != nil || ownErr != nil || ns == own {
		return num
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if other, err := os.Readlink(proc(pid, "ns/pid")); err == nil && other == ns {
			if found := l.threadCalled(pid, num); found != 0 {
				return found
			}
		}
	}
	return 0
}

// threadCalled is the thread of process pid that its own namespace calls num, 0
// if it is none of them.
func (l *Linux) threadCalled(pid, num int) int {
	tids, err := l.Threads(pid)
	if err != nil {
		return 0
	}
	for _, tid := range tids {
		s, err := l.Status(tid)
		if err != nil {
			continue
		}
		if all := strings.Fields(s["NSpid"]); len(all) > 0 && all[len(all)-1] == strconv.Itoa(num) {
			return tid
		}
	}
	return 0
}

// Namespace is the namespace of one kind that a thread is in, as namespaces(7)
// writes it: "net:[4026531840]"; "" if it cannot be told.
func (l *Linux) Namespace(tid int, kind string) string {
	name, _ := os.Readlink(proc(tid, "ns/"+kind))
	return name
}
