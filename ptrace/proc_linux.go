//go:build linux

package ptrace

import (
	"encoding/binary"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	atPHdr  = 3
	atBase  = 7
	atEntry = 9
	atVDSO  = 33
)

// Auxv reads /proc/TID/auxv of a thread in a 64-bit process.
func (l *Linux) Auxv(tid int) (Auxv, error) {
	b, err := l.readProc(tid, "auxv")
	if err != nil {
		return Auxv{}, err
	}
	return parseAuxv(b), nil
}

// parseAuxv reads the auxiliary vector (getauxval(3)) of a 64-bit process.
func parseAuxv(b []byte) (a Auxv) {
	fields := map[uint64]*uint64{atBase: &a.Base, atEntry: &a.Entry, atPHdr: &a.PHdr, atVDSO: &a.VDSO}
	for ; len(b) >= 16; b = b[16:] {
		if p := fields[binary.NativeEndian.Uint64(b)]; p != nil {
			*p = binary.NativeEndian.Uint64(b[8:])
		}
	}
	return a
}

// Maps reads /proc/TID/maps.
func (l *Linux) Maps(tid int) ([]Mapping, error) {
	text, err := l.readProc(tid, "maps")
	if err != nil {
		return nil, err
	}
	return parseMaps(string(text)), nil
}

// parseMaps reads the text of maps (proc(5)).
func parseMaps(text string) (maps []Mapping) {
	for line := range strings.Lines(text) {
		if m, ok := parseMapping(strings.TrimSuffix(line, "\n")); ok {
			maps = append(maps, m)
		}
	}
	return maps
}

func parseMapping(line string) (Mapping, bool) {
	f := strings.SplitN(line, " ", 6)
	if len(f) < 5 {
		return Mapping{}, false
	}
	lo, hi, ok := strings.Cut(f[0], "-")
	start, err1 := strconv.ParseUint(lo, 16, 64)
	end, err2 := strconv.ParseUint(hi, 16, 64)
	off, err3 := strconv.ParseUint(f[2], 16, 64)
	if !ok || err1 != nil || err2 != nil || err3 != nil || len(f[1]) < 4 {
		return Mapping{}, false
	}
	m := Mapping{Start: start, End: end, Offset: off, Write: f[1][1] == 'w', Exec: f[1][2] == 'x'}
	m.Inode, _ = strconv.ParseUint(strings.TrimSpace(f[4]), 10, 64)
	if len(f) == 6 {
		m.Path = strings.TrimLeft(f[5], " ")
	}
	return m, true
}

// Exe returns the path of the image that the process runs (/proc/TID/exe), or "".
func (l *Linux) Exe(tid int) string {
	path, err := os.Readlink(proc(tid, "exe"))
	if err != nil {
		return ""
	}
	return path
}

// Threads returns the TIDs of a process.
func (l *Linux) Threads(pid int) ([]int, error) {
	names, err := l.listProc(pid, "task")
	if err != nil {
		return nil, err
	}
	var tids []int
	for _, name := range names {
		if tid, err := strconv.Atoi(name); err == nil {
			tids = append(tids, tid)
		}
	}
	return tids, nil
}

// Status returns the fields of /proc/TID/status by name.
func (l *Linux) Status(tid int) (map[string]string, error) {
	b, err := l.readProc(tid, "status")
	if err != nil {
		return nil, err
	}
	return parseStatus(string(b)), nil
}

// parseStatus parses the text of status (proc_pid_status(5)), or of fdinfo, which looks alike.
func parseStatus(text string) map[string]string {
	fields := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(line, ":"); ok {
			fields[name] = strings.TrimSpace(value)
		}
	}
	return fields
}

// Ended reports whether a thread has ended, although wait4(2) may not have reported it: the end
// of a process's first thread is reported after that of all others.
func (l *Linux) Ended(tid int) bool {
	s, err := l.Status(tid)
	return err == nil && strings.HasPrefix(s["State"], "Z")
}

// Process returns the PID of the process that a thread belongs to, or 0 if it is gone.
func (l *Linux) Process(tid int) int {
	s, err := l.Status(tid)
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(s["Tgid"])
	return pid
}

// BlockedSyscall returns the number of the system call that a thread waits in
// (/proc/TID/syscall); false if it runs or waits elsewhere.
func (l *Linux) BlockedSyscall(tid int) (nr uint64, ok bool) {
	b, err := l.readProc(tid, "syscall")
	if err != nil {
		return 0, false
	}
	return parseInside(string(b))
}

// parseInside reads the text of syscall (proc(5)).
func parseInside(text string) (nr uint64, ok bool) {
	number, _, _ := strings.Cut(text, " ")
	nr, err := strconv.ParseUint(number, 10, 32) // or "running", or -1
	return nr, err == nil
}

func proc(pid int, name string) string { return "/proc/" + strconv.Itoa(pid) + "/" + name }

// kcmpVM is KCMP_VM (linux/kcmp.h).
const kcmpVM = 1

// SharesMemory reports whether two threads are in one address space (kcmp(2)).
func (l *Linux) SharesMemory(tid, other int) bool {
	r, _, errno := unix.RawSyscall6(unix.SYS_KCMP, uintptr(tid), uintptr(other), kcmpVM, 0, 0, 0)
	return errno == 0 && r == 0
}

// Pending reports whether signal sig is pending for thread tid alone.
func (l *Linux) Pending(tid, sig int) bool {
	s, err := l.Status(tid)
	if err != nil {
		return false
	}
	set, err := strconv.ParseUint(s["SigPnd"], 16, 64)
	return err == nil && set>>(sig-1)&1 != 0
}

// Signals returns the signals that a thread blocks, ignores and catches.
func (l *Linux) Signals(tid int) (sets SignalSets, err error) {
	s, err := l.Status(tid)
	if err != nil {
		return sets, err
	}
	for name, set := range map[string]*uint64{"SigBlk": &sets.Blocked, "SigIgn": &sets.Ignored, "SigCgt": &sets.Caught} {
		if *set, err = strconv.ParseUint(s[name], 16, 64); err != nil {
			return sets, err
		}
	}
	return sets, nil
}

// Filters returns how many seccomp filters a thread has. It returns false if that is not known:
// before Linux 5.9, and in strict mode, which allows hardly any call.
func (l *Linux) Filters(tid int) (n int, ok bool) {
	s, err := l.Status(tid)
	if err != nil || s["Seccomp"] == "0" {
		return 0, err == nil
	}
	n, err = strconv.Atoi(s["Seccomp_filters"])
	return n, err == nil && n > 0
}
