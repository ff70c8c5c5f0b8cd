package procinfo

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"plait/event"
	"plait/proto/decode"
	"plait/ptrace"
	"plait/syscalls"
)

// Descriptors says what is shown beside the numbers of file descriptors
// (strace(1), --decode-fds). The zero value shows nothing.
type Descriptors struct {
	Paths     bool // "3</etc/passwd>"
	Sockets   bool // "4<TCP:[127.0.0.1:53242->127.0.0.1:80]>"
	Devices   bool // "0</dev/pts/3<char 136:3>>"
	Eventfds  bool // "5<{eventfd-count=0x1, …}>"
	Pidfds    bool // "6<pid:1234>"
	Signalfds bool // "7<signalfd:[USR2 CHLD]>"
}

// Any reports whether anything is shown.
func (d Descriptors) Any() bool { return d != Descriptors{} }

// Describe returns a file descriptor of thread tid with what the options ask for about its
// file. names returns the name of a number in one of proto's tables of names
// (decode.Source.Named).
func (n *Namer) Describe(tid, fd int, names func(table string, bits uint64, size int) event.Value) event.FD {
	v := event.FD{Num: fd, Cwd: fd == atFDCWD}
	f, err := n.Proc.File(tid, fd, n.wants())
	if err != nil {
		return v
	}
	switch {
	case f.Socket != nil && slices.Contains(socketProtocols, f.Socket.Protocol):
		v.Description = socketText(f.Socket, names)
	case f.Device != nil:
		v.Path, v.Device = f.Target, deviceText(f)
	default:
		v.Description = n.anonymous(f)
	}
	if n.Descriptors.Paths { // also beside a description, for those who show less
		v.Path, v.Deleted = f.Target, f.Deleted
	}
	return v
}

// Netlink returns the protocol of a descriptor that is a netlink socket (netlink(7)), or -1
// if the kernel does not know it. It returns false for every other descriptor.
func (n *Namer) Netlink(tid, fd int) (int, bool) {
	f, err := n.Proc.File(tid, fd, ptrace.Wants{Netlink: true})
	if err != nil || f.Socket == nil {
		return 0, false
	}
	if !f.Socket.Known {
		return -1, true
	}
	return int(f.Socket.Family), true
}

// Device returns the major number of a descriptor that is a character device, and false for
// every other descriptor.
func (n *Namer) Device(tid, fd int) (uint32, bool) {
	f, err := n.Proc.File(tid, fd, ptrace.Wants{Device: true})
	if err != nil || f.Device == nil || f.Device.Block {
		return 0, false
	}
	return f.Device.Major, true
}

// Target returns the name of a descriptor's file, or "" if it is not known.
func (n *Namer) Target(tid, fd int) string {
	f, err := n.Proc.File(tid, fd, ptrace.Wants{})
	if err != nil {
		return ""
	}
	return f.Target
}

// atFDCWD is AT_FDCWD (linux/fcntl.h).
const atFDCWD = -100

func (n *Namer) wants() ptrace.Wants {
	d := &n.Descriptors
	return ptrace.Wants{Device: d.Devices, Socket: d.Sockets, Info: d.Devices || d.Eventfds || d.Pidfds || d.Signalfds}
}

// anonymous returns the description of a file without a name, from /proc/TID/fdinfo, or
// "" if the options do not ask for its kind.
func (n *Namer) anonymous(f ptrace.File) string {
	d := &n.Descriptors
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

// eventfdText returns the fields of an eventfd's fdinfo, in the kernel's order.
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

// signalsText returns the signals in a mask of fdinfo, which is hexadecimal.
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

// socketText returns a socket as strace shows it: its addresses if the kernel knows them,
// else its inode.
func socketText(s *ptrace.Socket, names func(string, uint64, int) event.Value) string {
	text := s.Protocol + ":["
	switch {
	case !s.Known:
		text += inodeText(s.Inode)
	case s.Local.IsValid():
		text += ends(s.Local, s.Remote)
	case s.Protocol == "NETLINK":
		text += netlinkText(s, names)
	default:
		text += localText(s)
	}
	return text + "]"
}

// socketProtocols are the protocols that strace names, as the kernel spells them. Of other
// sockets it shows the inode alone.
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

func netlinkText(s *ptrace.Socket, names func(string, uint64, int) event.Value) string {
	if s.Port == 0 {
		return inodeText(s.Inode) // not bound
	}
	protocol := strconv.Itoa(int(s.Family))
	if n, ok := names("netlink_family", uint64(s.Family), 0).(event.Name); ok && n.Name != "" {
		protocol = strings.TrimPrefix(n.Name, "NETLINK_")
	}
	return protocol + ":" + strconv.FormatUint(uint64(s.Port), 10)
}

// localText returns a socket of AF_UNIX: its inode, its peer's inode and its name.
func localText(s *ptrace.Socket) string {
	text := inodeText(s.Inode)
	if s.Peer != 0 {
		text += "->" + inodeText(s.Peer)
	}
	if s.Path == "" {
		return text
	}
	if name, abstract := strings.CutPrefix(s.Path, "\x00"); abstract {
		return text + ",@" + decode.Quote(name)
	}
	return text + "," + decode.Quote(strings.TrimSuffix(s.Path, "\x00"))
}
