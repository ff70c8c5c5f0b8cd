//go:build linux

package ptrace

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// atCWD is AT_FDCWD (linux/fcntl.h).
const atCWD = -100

// maxInfo bounds what is read of /proc/TID/fdinfo/N, which for an inotify or epoll
// descriptor has a line for each thing that it watches.
const maxInfo = 4096

// File returns what descriptor fd of a thread refers to; AT_FDCWD is its working directory. The
// error is that of readlink(2).
func (l *Linux) File(tid, fd int, want Wants) (File, error) {
	link := proc(tid, "fd/"+strconv.Itoa(fd))
	if fd == atCWD {
		link = proc(tid, "cwd")
	}
	target, err := os.Readlink(link)
	if err != nil {
		return File{}, err
	}
	f := File{Target: target}
	if name, ok := strings.CutSuffix(target, deleted); ok && unlinked(link) {
		f.Target, f.Deleted = name, true
	}
	if want.Device && strings.HasPrefix(target, "/") {
		f.Device = device(link)
	}
	if inode, ok := socketInode(target); ok && (want.Socket || want.Netlink && socketProtocol(link) == "NETLINK") {
		f.Socket = l.socket(tid, link, inode)
	}
	if want.Info {
		f.Info = l.fdinfo(tid, fd)
	}
	return f, nil
}

// unlinked reports whether a file has no name any more. (A file may also have a name that ends
// in " (deleted)".)
func unlinked(link string) bool {
	var st unix.Stat_t
	return unix.Stat(link, &st) == nil && st.Nlink == 0
}

func device(link string) *Device {
	var st unix.Stat_t
	if unix.Stat(link, &st) != nil {
		return nil
	}
	kind := st.Mode & unix.S_IFMT
	if kind != unix.S_IFCHR && kind != unix.S_IFBLK {
		return nil
	}
	return &Device{Block: kind == unix.S_IFBLK, Major: unix.Major(st.Rdev), Minor: unix.Minor(st.Rdev)}
}

// socketInode parses "socket:[123]".
func socketInode(target string) (uint32, bool) {
	digits, ok := strings.CutPrefix(target, "socket:[")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(digits, "]"), 10, 32)
	return uint32(n), err == nil
}

func (l *Linux) fdinfo(tid, fd int) map[string]string {
	file, done, err := l.openProc(tid, "fdinfo/"+strconv.Itoa(fd), unix.O_RDONLY)
	if err != nil {
		return nil
	}
	defer done()
	b := make([]byte, maxInfo)
	n, _ := unix.Read(file, b)
	return parseStatus(string(b[:max(n, 0)]))
}

// Comm returns the name of a thread (proc_pid_comm(5)), or "" if there is no such thread.
func (l *Linux) Comm(tid int) string {
	b, err := l.readProc(tid, "comm")
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(b), "\n")
}
