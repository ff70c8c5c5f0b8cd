package tracer

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"plait/event"
	"plait/proto"
	"plait/ptrace"
	"plait/syscalls"
)

// Descriptors says how descriptors are shown, beside their numbers
// (strace(1), --decode-fds). The zero value is: not at all.
type Descriptors struct {
	Paths     bool // "3</etc/passwd>"
	Sockets   bool // "4<TCP:[127.0.0.1:53242->127.0.0.1:80]>"
	Devices   bool // "0</dev/pts/3<char 136:3>>"
	Eventfds  bool // "5<{eventfd-count=0x1, …}>"
	Pidfds    bool // "6<pid:1234>"
	Signalfds bool // "7<signalfd:[USR2 CHLD]>"
}

// any reports whether anything is to be shown.
func (d Descriptors) any() bool { return d != Descriptors{} }

// describe tells what a descriptor of a tracee stands for, as far as it is asked.
func (t *Tracer) describe(tr *tracee, fd int) event.FD {
	v := event.FD{Num: fd, Cwd: fd == atFDCWD}
	f, err := t.Kernel.File(tr.tid, fd, t.wants())
	if err != nil {
		return v
	}
	switch {
	case f.Socket != nil && slices.Contains(socketProtocols, f.Socket.Protocol):
		v.About = socketText(tr, f.Socket)
	case f.Device != nil:
		v.Path, v.Device = f.Target, deviceText(f)
	default:
		v.About = t.anonymous(f)
	}
	if v.About == "" && t.Descriptors.Paths {
		v.Path, v.Gone = f.Target, f.Deleted
	}
	return v
}

// netlink is the protocol that a descriptor of a tracee speaks, if it is a
// netlink socket; -1 if the kernel does not tell it.
func (t *Tracer) netlink(tr *tracee, fd int) (int, bool) {
	f, err := t.Kernel.File(tr.tid, fd, ptrace.Wants{Netlink: true})
	if err != nil || f.Socket == nil {
		return 0, false
	}
	if !f.Socket.Known {
		return -1, true
	}
	return int(f.Socket.Family), true
}

// device is the major number of the character device that a descriptor of a
// tracee stands for, if it does.
func (t *Tracer) device(tr *tracee, fd int) (uint32, bool) {
	f, err := t.Kernel.File(tr.tid, fd, ptrace.Wants{Device: true})
	if err != nil || f.Device == nil || f.Device.Block {
		return 0, false
	}
	return f.Device.Major, true
}

// atFDCWD is AT_FDCWD (linux/fcntl.h).
const atFDCWD = -100

func (t *Tracer) wants() ptrace.Wants {
	d := &t.Descriptors
	return ptrace.Wants{Device: d.Devices, Socket: d.Sockets, Info: d.Devices || d.Eventfds || d.Pidfds || d.Signalfds}
}

// anonymous describes a file that only /proc/TID/fdinfo tells about; "" if it is
// no such file.
func (t *Tracer) anonymous(f ptrace.File) string {
	d := &t.Descriptors
	switch {
	case f.Target == "anon_inode:[pidfd]" && d.Pidfds && f.Info["Pid"] != "":
		return "pid:" + f.Info["Pid"]
	case f.Target == "anon_inode:[eventfd]" && d.Eventfds && f.Info["eventfd-count"] != "":
		return eventfdText(f.Info)
	case f.Target == "anon_inode:[signalfd]" && d.Signalfds && f.Info["sigmask"] != "":
		return "signalfd:" + signalsText(f.Info["sigmask"])
	}
	return ""
}

// eventfdText shows the fields that the kernel tells, in its order.
func eventfdText(info map[string]string) string {
	count := info["eventfd-count"] // hexadecimal, without a prefix
	if count != "0" {
		count = "0x" + count
	}
	text := "{eventfd-count=" + count
	for _, name := range []string{"eventfd-id", "eventfd-semaphore"} {
		if v, ok := info[name]; ok {
			text += ", " + name + "=" + v
		}
	}
	return text + "}"
}

// signalsText shows a mask of fdinfo, which is hexadecimal.
func signalsText(mask string) string {
	bits, err := strconv.ParseUint(mask, 16, 64)
	if err != nil {
		return "[]"
	}
	var names []string
	for sig := 1; sig <= 64; sig++ {
		if bits>>(sig-1)&1 != 0 {
			name, _ := syscalls.SignalName(sig)
			names = append(names, strings.TrimPrefix(name, "SIG"))
		}
	}
	return "[" + strings.Join(names, " ") + "]"
}

func deviceText(f ptrace.File) string {
	kind := "char "
	if f.Device.Block {
		kind = "block "
	}
	text := kind + strconv.Itoa(int(f.Device.Major)) + ":" + strconv.Itoa(int(f.Device.Minor))
	if tty := f.Info["tty-index"]; tty != "" {
		text += " @/dev/pts/" + tty // the other end of /dev/ptmx
	}
	return text
}

// socketText is a socket as strace shows it: by what the kernel knows of it, else
// by its inode.
func socketText(tr *tracee, s *ptrace.Socket) string {
	text := s.Protocol + ":["
	switch {
	case !s.Known:
		text += inodeText(s.Inode)
	case s.Local.IsValid():
		text += ends(s.Local, s.Remote)
	case s.Protocol == "NETLINK":
		text += netlinkText(tr, s)
	default:
		text += localText(s)
	}
	return text + "]"
}

// socketProtocols are those that strace shows with a socket, as the kernel spells
// them; other sockets are shown by their inode alone.
var socketProtocols = []string{
	"UNIX", "UNIX-STREAM", "NETLINK", "TCP", "TCPv6", "UDP", "UDPv6", "UDP-Lite", "UDPLITEv6", "RAW", "RAWv6", "PING", "PINGv6",
	"SCTP", "SCTPv6", "L2TP/IP", "L2TP/IPv6", "DCCP", "DCCPv6",
}

func inodeText(inode uint32) string { return strconv.FormatUint(uint64(inode), 10) }

func ends(local, remote netip.AddrPort) string {
	if !remote.IsValid() {
		return local.String()
	}
	return local.String() + "->" + remote.String()
}

func netlinkText(tr *tracee, s *ptrace.Socket) string {
	if s.Port == 0 {
		return inodeText(s.Inode) // not bound
	}
	protocol := strconv.Itoa(int(s.Family))
	if n, ok := tr.source.Named("netlink_family", uint64(s.Family), 0).(event.Name); ok && n.Name != "" {
		protocol = strings.TrimPrefix(n.Name, "NETLINK_")
	}
	return protocol + ":" + strconv.FormatUint(uint64(s.Port), 10)
}

// localText shows a socket of AF_UNIX: its inode, its peer's and its name.
func localText(s *ptrace.Socket) string {
	text := inodeText(s.Inode)
	if s.Peer != 0 {
		text += "->" + inodeText(s.Peer)
	}
	if s.Path == "" {
		return text
	}
	if name, abstract := strings.CutPrefix(s.Path, "\x00"); abstract {
		return text + ",@" + proto.Quote(name)
	}
	return text + "," + proto.Quote(strings.TrimSuffix(s.Path, "\x00"))
}

// person tells whom a process number in a tracee's argument means.
func (t *Tracer) person(tr *tracee, pid int) event.PID {
	v := event.PID{Num: pid}
	outer := t.Kernel.Outside(tr.tid, pid)
	if outer == 0 {
		return v
	}
	if t.PIDs.Comm {
		v.Comm = t.Kernel.Comm(outer)
	}
	if t.PIDs.Outside && outer != pid {
		v.Outer = outer
	}
	return v
}

// PIDs says how process numbers are shown (strace(1), --decode-pids).
type PIDs struct {
	Comm    bool // "1234<bash>"
	Outside bool // "5 /* 1234 in strace's PID NS */"
}
