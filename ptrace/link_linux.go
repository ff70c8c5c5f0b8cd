//go:build linux

package ptrace

import (
	"os"

	"golang.org/x/sys/unix"
)

// Link returns the name of the network interface with that index, or "" if there is none or
// if the thread is in another network namespace than plait.
func (l *Linux) Link(tid, index int) string {
	own, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		return ""
	}
	if ns, err := os.Readlink(proc(tid, "ns/net")); err != nil || ns != own {
		return ""
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq("any") // overwritten by the answer
	if err != nil {
		return ""
	}
	request.SetUint32(uint32(index))
	if unix.IoctlIfreq(fd, unix.SIOCGIFNAME, request) != nil {
		return ""
	}
	return request.Name()
}
