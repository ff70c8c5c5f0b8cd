//go:build linux

package ptrace

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Open opens a file whose path is chosen by somebody else: by the traced process, or by a file that
// it has mapped. It opens only regular files in file systems that store files. A pipe would block,
// opening a device may have effects, and what is read from /proc/kmsg is consumed. The error is a
// *os.PathError.
func Open(path string) (*os.File, Identity, error) {
	f, id, err := openRegular(path)
	if err != nil {
		return nil, Identity{}, &os.PathError{Op: "open", Path: path, Err: explainLimit(err)}
	}
	return f, id, nil
}

// Open calls the function Open. It may be called from any goroutine.
func (l *Linux) Open(path string) (*os.File, Identity, error) { return Open(path) }

// Why a file is not opened.
var (
	errNotRegular = errors.New("not a regular file")
	errNotStored  = errors.New("not in a file system that stores files")
)

// openRegular examines the file at path through a descriptor that can do nothing else (O_PATH), and
// then opens that very file, whatever is at path by then.
func openRegular(path string) (*os.File, Identity, error) {
	handle, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, Identity{}, err
	}
	defer unix.Close(handle)
	id, err := regular(handle)
	if err != nil {
		return nil, id, err
	}
	const flags = unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_CLOEXEC
	fd, err := unix.Open("/proc/self/fd/"+strconv.Itoa(handle), flags, 0)
	if errors.Is(err, unix.ENOENT) { // there is no /proc
		fd, err = unix.Open(path, flags, 0)
	}
	if err != nil {
		return nil, id, err
	}
	if now, err := regular(fd); err != nil || now != id {
		unix.Close(fd)
		return nil, id, errors.Join(err, unix.ESTALE)
	}
	return os.NewFile(uintptr(fd), path), id, nil
}

// regular identifies a file that may be read.
func regular(fd int) (Identity, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return Identity{}, err
	}
	id := Identity{st.Dev, st.Ino, st.Size, st.Mtim.Nano(), trusted(&st)}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return id, errNotRegular
	}
	var system unix.Statfs_t
	if err := unix.Fstatfs(fd, &system); err != nil {
		return id, err
	}
	if slices.Contains(virtualFS, system.Type) {
		return id, errNotStored
	}
	return id, nil
}

// virtualFS are the file systems whose files the kernel makes up when they are read, or acts upon
// (statfs(2)).
var virtualFS = []int64{
	unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.DEBUGFS_MAGIC, unix.TRACEFS_MAGIC, unix.SECURITYFS_MAGIC,
	unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC, unix.BPF_FS_MAGIC, unix.BINFMTFS_MAGIC, unix.PSTOREFS_MAGIC,
	unix.EFIVARFS_MAGIC, unix.SELINUX_MAGIC, unix.SMACK_MAGIC, unix.AAFS_MAGIC, unix.RDTGROUP_SUPER_MAGIC,
	unix.DEVPTS_SUPER_MAGIC, unix.BINDERFS_SUPER_MAGIC, unix.NSFS_MAGIC, unix.PID_FS_MAGIC, unix.XENFS_SUPER_MAGIC,
	unix.OPENPROM_SUPER_MAGIC, unix.USBDEVICE_SUPER_MAGIC,
	0x62656570, // configfs
	0x65735543, // fusectl
}

// trusted reports whether only root and plait's user can change a file.
func trusted(st *unix.Stat_t) bool {
	return (st.Uid == 0 || st.Uid == uint32(os.Geteuid())) && st.Mode&0o022 == 0
}

// OpenMapped opens the file that is mapped at m, through /proc/TID/map_files if plait may use it, else
// by its name. The error is fs.ErrNotExist if the file is deleted and another has its name.
func (l *Linux) OpenMapped(tid int, m Mapping) (*os.File, Identity, error) {
	f, id, err := l.Open(proc(tid, "map_files/"+strconv.FormatUint(m.Start, 16)+"-"+strconv.FormatUint(m.End, 16)))
	if err == nil || !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrNotExist) {
		return f, id, err
	}
	f, id, err = l.Open(proc(tid, "root") + m.Path)
	if err == nil && strings.HasSuffix(m.Path, deleted) && id.Ino != m.Inode {
		f.Close()
		return nil, id, &os.PathError{Op: "open", Path: m.Path, Err: fs.ErrNotExist}
	}
	return f, id, err
}

// deleted is the kernel's suffix of the path of a file that has no name any more.
const deleted = " (deleted)"

// OpenExe opens the image that a process runs, even if it was deleted or is in another root
// directory.
func (l *Linux) OpenExe(tid int) (*os.File, Identity, error) { return l.Open(proc(tid, "exe")) }
