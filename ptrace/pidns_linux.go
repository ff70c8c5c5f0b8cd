//go:build linux

package ptrace

import (
	"os"
	"strconv"
	"strings"
)

// TranslatePID returns our number of the process or thread that tracee tid knows as num. The
// two differ if the tracee lives in a PID namespace of its own (pid_namespaces(7)). It
// returns 0 if there is no such process, or if num is negative (a process group).
func (l *Linux) TranslatePID(tid, num int) int {
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
			if found := l.threadByNSPID(pid, num); found != 0 {
				return found
			}
		}
	}
	return 0
}

// threadByNSPID returns the thread of process pid whose number in its own namespace is num, or
// 0.
func (l *Linux) threadByNSPID(pid, num int) int {
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

// Namespace returns the namespace of one kind that a thread is in, in the notation of
// namespaces(7): "net:[4026531840]"; "" if it cannot be read.
func (l *Linux) Namespace(tid int, kind string) string {
	name, _ := os.Readlink(proc(tid, "ns/"+kind))
	return name
}
