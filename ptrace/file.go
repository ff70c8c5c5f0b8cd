package ptrace

import "net/netip"

// A File is what a descriptor of a tracee stands for.
type File struct {
	Target  string // what /proc/TID/fd/N leads to: "/etc/passwd", "pipe:[123]"; without " (deleted)"
	Deleted bool   // no name leads to the file any more

	// On request:
	Device *Device           // it is a device; Wants.Device
	Socket *Socket           // it is a socket; Wants.Socket
	Info   map[string]string // fields of /proc/TID/fdinfo/N; Wants.Info
}

// Wants says what is to be found out about a File beside its name.
type Wants struct {
	Device, Socket, Info bool
	Netlink              bool // Socket, but only of netlink sockets
}

// A Device is the number of a device file.
type Device struct {
	Block        bool // else a character device
	Major, Minor uint32
}

// A Socket is what sock_diag(7) tells. Beside Inode and Protocol, what is not
// known is zero: an unbound socket is in no table.
type Socket struct {
	Inode         uint32
	Protocol      string         // "TCP", "UDPv6", "UNIX-STREAM" …, "" if the kernel does not say
	Known         bool           // the kernel has told more than the protocol
	Local, Remote netip.AddrPort // of the internet; Remote is invalid if there is none
	Peer          uint32         // inode of the other end of a local socket, 0 if there is none
	Path          string         // of a local socket; an abstract one begins with a NUL
	Port          uint32         // of a netlink socket
	Family        uint8          // of a netlink socket: its protocol (netlink(7))
}
