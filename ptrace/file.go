package ptrace

import "net/netip"

// A File is what a descriptor of a tracee refers to.
type File struct {
	Target  string // target of the link /proc/TID/fd/N: "/etc/passwd", "pipe:[123]"; without " (deleted)"
	Deleted bool   // the file has no name any more

	// On request:
	Device *Device           // nil: not a device, or not in Wants
	Socket *Socket           // nil: not a socket, or not in Wants
	Info   map[string]string // fields of /proc/TID/fdinfo/N, if in Wants
}

// Wants says what to find out about a File besides its name.
type Wants struct {
	Device, Socket, Info bool
	Netlink              bool // Socket, but for netlink sockets only
}

// A Device is the number of a device file.
type Device struct {
	Block        bool // else a character device
	Major, Minor uint32
}

// A Socket is what sock_diag(7) knows about a socket. Apart from Inode and Protocol, what is
// not known is zero: the kernel lists no unbound sockets.
type Socket struct {
	Inode         uint32
	Protocol      string         // "TCP", "UDPv6", "UNIX-STREAM" …, "" if the kernel does not say
	Known         bool           // the fields below are known
	Local, Remote netip.AddrPort // of an internet socket; Remote is invalid if it is not connected
	Peer          uint32         // of a local socket: inode of the other end, 0 if there is none
	Path          string         // of a local socket; an abstract name begins with a NUL
	Port          uint32         // of a netlink socket
	Family        uint8          // of a netlink socket: its protocol (netlink(7))
}
