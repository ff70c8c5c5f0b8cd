package procinfo

import (
	"errors"
	"net/netip"
	"reflect"
	"testing"

	"plait/event"
	"plait/ptrace"
)

// thread is the thread that all questions are about. inside is a number in its PID
// namespace, and outside is the same process's number in ours.
const (
	thread  = 100
	inside  = 5
	outside = 1234
)

// A scripted is a /proc that answers as it is told.
type scripted struct {
	files      map[int]ptrace.File
	namespaces map[string]string // by "TID/kind"
	asked      ptrace.Wants      // by the last call of File
}

func (s *scripted) File(tid, fd int, want ptrace.Wants) (ptrace.File, error) {
	s.asked = want
	f, ok := s.files[fd]
	if !ok || tid != thread {
		return ptrace.File{}, errors.New("no such descriptor")
	}
	return f, nil
}

func (s *scripted) Link(tid, index int) string { return "" }

func (s *scripted) Comm(tid int) string {
	return map[int]string{thread: "tracee", outside: "bash"}[tid]
}

func (s *scripted) TranslatePID(tid, num int) int {
	return map[int]int{inside: outside, thread: thread}[num]
}

func (s *scripted) Namespace(tid int, kind string) string {
	who := map[int]string{thread: "thread/", outside: "child/"}[tid]
	return s.namespaces[who+kind]
}

func TestPID(t *testing.T) {
	for _, test := range []struct {
		options PIDs
		pid     int
		want    event.PID
	}{
		{PIDs{}, inside, event.PID{Num: inside}},
		{PIDs{Comm: true}, inside, event.PID{Num: inside, Comm: "bash"}},
		{PIDs{PIDNS: true}, inside, event.PID{Num: inside, Outer: outside}},
		{PIDs{PIDNS: true}, thread, event.PID{Num: thread}}, // it has one number only
		{PIDs{Comm: true, PIDNS: true}, 77, event.PID{Num: 77}},
	} {
		n := Namer{Proc: &scripted{}, PIDs: test.options}
		if got := n.PID(thread, test.pid); got != test.want {
			t.Errorf("%+v: %d: got %+v, want %+v", test.options, test.pid, got, test.want)
		}
	}
}

// all asks for everything.
var all = Descriptors{Paths: true, Sockets: true, Devices: true, Eventfds: true, Pidfds: true, Signalfds: true}

// descriptors are files and how they are shown with all options.
var descriptors = []struct {
	file ptrace.File
	want event.FD
}{
	{ptrace.File{Target: "/etc/passwd"}, event.FD{Path: "/etc/passwd"}},
	{ptrace.File{Target: "/tmp/x", Deleted: true}, event.FD{Path: "/tmp/x", Deleted: true}},
	{ptrace.File{Target: "pipe:[7]"}, event.FD{Path: "pipe:[7]"}},
	{ptrace.File{Target: "/dev/null", Device: &ptrace.Device{Major: 1, Minor: 3}}, event.FD{Path: "/dev/null", Device: "char 1:3"}},
	{ptrace.File{Target: "/dev/sda", Device: &ptrace.Device{Block: true, Major: 8}}, event.FD{Path: "/dev/sda", Device: "block 8:0"}},
	{ptrace.File{Target: "/dev/ptmx", Device: &ptrace.Device{Major: 5, Minor: 2}, Info: map[string]string{"tty-index": "4"}},
		event.FD{Path: "/dev/ptmx", Device: "char 5:2 @/dev/pts/4"}},
	{ptrace.File{Target: "anon_inode:[pidfd]", Info: map[string]string{"Pid": "12"}}, event.FD{Path: "anon_inode:[pidfd]", Description: "pid:12"}},
	{ptrace.File{Target: "anon_inode:[eventfd]", Info: map[string]string{"eventfd-count": "ff", "eventfd-id": "3", "eventfd-semaphore": "0"}},
		event.FD{Path: "anon_inode:[eventfd]", Description: "{eventfd-count=0xff, eventfd-id=3, eventfd-semaphore=0}"}},
	{ptrace.File{Target: "anon_inode:[eventfd]", Info: map[string]string{"eventfd-count": "0"}}, event.FD{Path: "anon_inode:[eventfd]", Description: "{eventfd-count=0}"}},
	{ptrace.File{Target: "anon_inode:[eventfd]"}, event.FD{Path: "anon_inode:[eventfd]"}},
	{ptrace.File{Target: "anon_inode:[signalfd]", Info: map[string]string{"sigmask": "0000000000010002"}}, event.FD{Path: "anon_inode:[signalfd]", Description: "signalfd:[INT CHLD]"}},
	{ptrace.File{Target: "anon_inode:[signalfd]", Info: map[string]string{"sigmask": "no number"}}, event.FD{Path: "anon_inode:[signalfd]", Description: "signalfd:[]"}},
	{ptrace.File{Target: "socket:[9]", Socket: &ptrace.Socket{Inode: 9, Protocol: "TCP"}}, event.FD{Path: "socket:[9]", Description: "TCP:[9]"}},
	{ptrace.File{Target: "socket:[9]", Socket: &ptrace.Socket{Inode: 9, Protocol: "TCP", Known: true,
		Local: netip.MustParseAddrPort("127.0.0.1:80")}}, event.FD{Path: "socket:[9]", Description: "TCP:[127.0.0.1:80]"}},
	{ptrace.File{Target: "socket:[9]", Socket: &ptrace.Socket{Inode: 9, Protocol: "TCPv6", Known: true,
		Local: netip.MustParseAddrPort("[::1]:80"), Remote: netip.MustParseAddrPort("[::1]:9")}}, event.FD{Path: "socket:[9]", Description: "TCPv6:[[::1]:80->[::1]:9]"}},
	{ptrace.File{Target: "socket:[9]", Socket: &ptrace.Socket{Inode: 9, Protocol: "UNIX-STREAM", Known: true, Peer: 8, Path: "/run/\"x\"\x00"}},
		event.FD{Path: "socket:[9]", Description: `UNIX-STREAM:[9->8,"/run/\"x\""]`}},
	{ptrace.File{Target: "socket:[9]", Socket: &ptrace.Socket{Inode: 9, Protocol: "UNIX", Known: true, Path: "\x00abstract"}},
		event.FD{Path: "socket:[9]", Description: `UNIX:[9,@"abstract"]`}},
	{ptrace.File{Target: "socket:[9]", Socket: &ptrace.Socket{Inode: 9, Protocol: "NETLINK", Known: true}}, event.FD{Path: "socket:[9]", Description: "NETLINK:[9]"}},
	{ptrace.File{Target: "socket:[9]", Socket: &ptrace.Socket{Inode: 9, Protocol: "NETLINK", Known: true, Family: 16, Port: 55}},
		event.FD{Path: "socket:[9]", Description: "NETLINK:[GENERIC:55]"}},
	{ptrace.File{Target: "socket:[9]", Socket: &ptrace.Socket{Inode: 9, Protocol: "NETLINK", Known: true, Family: 99, Port: 55}},
		event.FD{Path: "socket:[9]", Description: "NETLINK:[99:55]"}},
	{ptrace.File{Target: "socket:[9]", Socket: &ptrace.Socket{Inode: 9, Protocol: "NEWPROTO"}}, event.FD{Path: "socket:[9]"}},
}

// names stands for proto's tables of names.
func names(table string, bits uint64, size int) event.Value {
	if table == "netlink_family" && bits == 16 {
		return event.Name{Name: "NETLINK_GENERIC"}
	}
	return event.Name{}
}

func TestDescribe(t *testing.T) {
	for _, test := range descriptors {
		n := Namer{Proc: &scripted{files: map[int]ptrace.File{3: test.file}}, Descriptors: all}
		want := test.want
		want.Num = 3
		if got := n.Describe(thread, 3, names); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v:\ngot  %+v\nwant %+v", test.file, got, want)
		}
	}
	n := Namer{Proc: &scripted{}, Descriptors: all}
	if got := n.Describe(thread, 4, names); !reflect.DeepEqual(got, event.FD{Num: 4}) {
		t.Errorf("a closed descriptor: got %+v", got)
	}
	n.Proc = &scripted{files: map[int]ptrace.File{atFDCWD: {Target: "/home"}}}
	if got := n.Describe(thread, atFDCWD, names); !reflect.DeepEqual(got, event.FD{Num: atFDCWD, Cwd: true, Path: "/home"}) {
		t.Errorf("the working directory: got %+v", got)
	}
}

// TestAsked: plait asks the kernel for no more than what is shown, since a socket costs
// a request and fdinfo costs another file.
func TestAsked(t *testing.T) {
	for _, test := range []struct {
		options Descriptors
		want    ptrace.Wants
	}{
		{Descriptors{Paths: true}, ptrace.Wants{}},
		{Descriptors{Sockets: true}, ptrace.Wants{Socket: true}},
		{Descriptors{Devices: true}, ptrace.Wants{Device: true, Info: true}},
		{Descriptors{Pidfds: true}, ptrace.Wants{Info: true}},
	} {
		s := &scripted{files: map[int]ptrace.File{3: {Target: "anon_inode:[pidfd]", Info: map[string]string{"Pid": "1"}}}}
		n := Namer{Proc: s, Descriptors: test.options}
		got := n.Describe(thread, 3, names)
		if s.asked != test.want {
			t.Errorf("%+v: asked for %+v, want %+v", test.options, s.asked, test.want)
		}
		if shown := got.Description != ""; shown != test.options.Pidfds {
			t.Errorf("%+v: shown: %+v", test.options, got)
		}
	}
	if (Descriptors{}).Any() || !all.Any() {
		t.Error("Any is wrong")
	}
}

// TestKinds shows the answers by which decoders choose how they decode.
func TestKinds(t *testing.T) {
	n := Namer{Proc: &scripted{files: map[int]ptrace.File{
		0: {Device: &ptrace.Device{Major: 136}},
		1: {Device: &ptrace.Device{Block: true, Major: 8}},
		2: {Socket: &ptrace.Socket{Known: true, Family: 15}},
		3: {Socket: &ptrace.Socket{}},
		4: {Target: "/etc"},
	}}}
	for fd, want := range []struct {
		major    uint32
		device   bool
		protocol int
		netlink  bool
	}{{136, true, 0, false}, {0, false, 0, false}, {0, false, 15, true}, {0, false, -1, true}, {}, {}} {
		if major, ok := n.Device(thread, fd); major != want.major || ok != want.device {
			t.Errorf("descriptor %d: device %d, %v", fd, major, ok)
		}
		if protocol, ok := n.Netlink(thread, fd); protocol != want.protocol || ok != want.netlink {
			t.Errorf("descriptor %d: netlink %d, %v", fd, protocol, ok)
		}
	}
	if got := n.Target(thread, 4); got != "/etc" {
		t.Errorf("target %q", got)
	}
	if got := n.Target(thread, 9); got != "" {
		t.Errorf("target %q of a closed descriptor", got)
	}
}

// TestNewNamespaces: unshare(2) changes the caller, clone(2) changes its child. The
// child's number is the result, in the caller's namespace.
func TestNewNamespaces(t *testing.T) {
	s := &scripted{namespaces: map[string]string{
		"thread/net": "net:[1]", "thread/pid": "pid:[2]", "thread/uts": "uts:[3]", "thread/time_for_children": "time:[4]",
		"child/net": "net:[11]", "child/pid": "pid:[12]", "child/user": "user:[13]",
	}}
	const newTime, newUTS, newUser, newPID, newNet = 0x80, 0x04000000, 0x10000000, 0x20000000, 0x40000000
	for _, test := range []struct {
		call   string
		word   uint64
		result int64
		want   string
	}{
		{"unshare", newNet | newUTS, 0, "net:[1], uts:[3]"},
		{"unshare", newPID, 0, ""}, // pid_for_children does not exist before the first child
		{"unshare", newTime, 0, "time:[4]"},
		{"unshare", 0, 0, ""},
		{"clone", newNet | newPID | 17, inside, "net:[11], pid:[12]"},
		{"clone", newTime | newNet, inside, "net:[11]"}, // 0x80 is a part of the signal
		{"clone", newNet, 77, ""},                       // a child that has ended
		{"clone3", 0x1000, inside, "user:[13]"},
		{"fork", newNet, inside, ""},
	} {
		n := Namer{Proc: s}
		word := func(addr uint64) uint64 { return map[uint64]uint64{0x1000: newUser}[addr] }
		shown := event.Value(event.Int{})
		got := n.NewNamespaces(thread, &event.Call{Name: test.call, Words: []uint64{test.word}}, test.result, shown, word)
		want := shown
		if test.want != "" {
			want = event.Note{Value: shown, Brief: test.want}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s(%#x) = %d: got %+v, want %+v", test.call, test.word, test.result, got, want)
		}
	}
}
