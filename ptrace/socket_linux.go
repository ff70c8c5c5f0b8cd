//go:build linux

package ptrace

import (
	"encoding/binary"
	"net/netip"
	"os"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// A socketTable asks the kernel for the sockets of one network namespace
// (sock_diag(7)).
type socketTable struct{ conn *netlink.Conn }

// socket returns what is known about a socket. What the kernel does not tell stays unknown: it
// may lack sock_diag, or plait may not be allowed to enter the socket's namespace.
func (l *Linux) socket(tid int, link string, inode uint32) *Socket {
	before := l.connected[inode]
	if before != nil && before.Peer != 0 {
		return before
	}
	s := &Socket{Inode: inode, Protocol: socketProtocol(link)}
	ask := socketKinds[s.Protocol]
	if ask == nil {
		return s
	}
	if table := l.socketsOf(tid); table != nil {
		ask(table, s)
	}
	if !s.Known && before != nil && before.Protocol == s.Protocol {
		return before // its connection has ended, and the kernel has forgotten it
	}
	l.remember(s)
	return s
}

// maxConnected bounds how many sockets are remembered.
const maxConnected = 1 << 12

// remember keeps what is known about a socket that has a peer. The peer of a local socket does
// not change, but the kernel no longer tells it once the peer has closed its end. It tells
// nothing about an internet socket whose connection has ended, though the program may still
// have it open. An inode is not reused while that is so.
func (l *Linux) remember(s *Socket) {
	if s.Peer == 0 && !s.Remote.IsValid() {
		return
	}
	if l.connected == nil || len(l.connected) >= maxConnected {
		l.connected = map[uint32]*Socket{}
	}
	l.connected[s.Inode] = s
}

// socketProtocol reads the extended attribute in which sockfs has the protocol's name.
func socketProtocol(link string) string {
	var b [64]byte
	n, err := unix.Getxattr(link, "system.sockprotoname", b[:])
	if err != nil || n == 0 {
		return ""
	}
	return string(b[:n-1]) // it ends with a NUL
}

// socketsOf returns the table of the network namespace that a thread is in, or nil if it cannot
// be opened.
func (l *Linux) socketsOf(tid int) *socketTable {
	ns, err := os.Readlink(proc(tid, "ns/net"))
	if err != nil {
		return nil
	}
	if t, ok := l.sockets[ns]; ok {
		return t
	}
	t := openSockets(tid, ns)
	if l.sockets == nil {
		l.sockets = map[string]*socketTable{}
	}
	l.sockets[ns] = t
	return t
}

func openSockets(tid int, ns string) *socketTable {
	config := &netlink.Config{}
	if own, err := os.Readlink("/proc/self/ns/net"); err != nil || own != ns {
		f, err := os.Open(proc(tid, "ns/net"))
		if err != nil {
			return nil
		}
		defer f.Close()
		config.NetNS = int(f.Fd())
	}
	conn, err := netlink.Dial(unix.NETLINK_SOCK_DIAG, config)
	if err != nil {
		return nil
	}
	return &socketTable{conn}
}

// socketKinds says how to ask for the sockets of a protocol, by sockfs's name of it.
var socketKinds = map[string]func(*socketTable, *Socket){
	"TCP": inet(unix.AF_INET, unix.IPPROTO_TCP), "TCPv6": inet(unix.AF_INET6, unix.IPPROTO_TCP),
	"UDP": inet(unix.AF_INET, unix.IPPROTO_UDP), "UDPv6": inet(unix.AF_INET6, unix.IPPROTO_UDP),
	"UDP-Lite": inet(unix.AF_INET, unix.IPPROTO_UDPLITE), "UDPLITEv6": inet(unix.AF_INET6, unix.IPPROTO_UDPLITE),
	"UNIX": (*socketTable).local, "UNIX-STREAM": (*socketTable).local,
	"NETLINK": (*socketTable).netlink,
}

// sockDiagByFamily is SOCK_DIAG_BY_FAMILY (linux/sock_diag.h).
const sockDiagByFamily = 20

// ask sends a request and passes the answers to see until see returns true: it was the wanted
// one.
func (t *socketTable) ask(flags netlink.HeaderFlags, request []byte, see func(b []byte) bool) {
	answers, err := t.conn.Execute(netlink.Message{
		Header: netlink.Header{Type: sockDiagByFamily, Flags: netlink.Request | flags},
		Data:   request,
	})
	if err != nil {
		return
	}
	for _, m := range answers {
		if see(m.Data) {
			return
		}
	}
}

// inet returns a function that finds an internet socket (linux/inet_diag.h, struct
// inet_diag_req_v2 and inet_diag_msg).
func inet(family, protocol uint8) func(*socketTable, *Socket) {
	const requestSize, answerSize, inodeAt = 56, 72, 68
	return func(t *socketTable, s *Socket) {
		request := make([]byte, requestSize)
		request[0], request[1] = family, protocol
		binary.NativeEndian.PutUint32(request[4:], ^uint32(0)) // in any state
		t.ask(netlink.Dump, request, func(b []byte) bool {
			if len(b) < answerSize || binary.NativeEndian.Uint32(b[inodeAt:]) != s.Inode {
				return false
			}
			s.Known = true
			s.Local = addrPort(family, b[4:], b[8:])
			if far := addrPort(family, b[6:], b[24:]); far.Port() != 0 || !far.Addr().IsUnspecified() {
				s.Remote = far
			}
			return true
		})
	}
}

func addrPort(family uint8, port, addr []byte) netip.AddrPort {
	a := netip.AddrFrom4([4]byte(addr))
	if family == unix.AF_INET6 {
		a = netip.AddrFrom16([16]byte(addr))
	}
	return netip.AddrPortFrom(a, binary.BigEndian.Uint16(port))
}

// local finds a socket of AF_UNIX (linux/unix_diag.h).
func (t *socketTable) local(s *Socket) {
	const (
		requestSize, answerSize = 24, 16
		showName, showPeer      = 1, 4 // UDIAG_SHOW_…
		attrName, attrPeer      = 0, 2 // UNIX_DIAG_…
	)
	request := make([]byte, requestSize)
	request[0] = unix.AF_UNIX
	binary.NativeEndian.PutUint32(request[4:], ^uint32(0)) // in any state
	binary.NativeEndian.PutUint32(request[8:], s.Inode)
	binary.NativeEndian.PutUint32(request[12:], showName|showPeer)
	binary.NativeEndian.PutUint64(request[16:], ^uint64(0)) // whatever its cookie
	t.ask(0, request, func(b []byte) bool {
		if len(b) < answerSize {
			return false
		}
		s.Known = true
		attrs, err := netlink.UnmarshalAttributes(b[answerSize:])
		if err != nil {
			return true
		}
		for _, a := range attrs {
			switch {
			case a.Type == attrName:
				s.Path = string(a.Data)
			case a.Type == attrPeer && len(a.Data) >= 4:
				s.Peer = binary.NativeEndian.Uint32(a.Data)
			}
		}
		return true
	})
}

// netlink finds a netlink socket (linux/netlink_diag.h).
func (t *socketTable) netlink(s *Socket) {
	const requestSize, answerSize, allProtocols = 20, 28, 0xff
	request := make([]byte, requestSize)
	request[0], request[1] = unix.AF_NETLINK, allProtocols
	t.ask(netlink.Dump, request, func(b []byte) bool {
		if len(b) < answerSize || binary.NativeEndian.Uint32(b[16:]) != s.Inode {
			return false
		}
		s.Known, s.Family, s.Port = true, b[2], binary.NativeEndian.Uint32(b[4:])
		return true
	})
}
