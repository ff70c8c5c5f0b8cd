//go:build linux

package ptrace

import (
	"encoding/binary"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/mdlayher/netlink"
	"github.com/mdlayher/netlink/nltest"

	"plait/bound"
)

// FuzzProc parses any text as a file of /proc about a process. The process controls a
// part of such text: its name and those of its files.
func FuzzProc(f *testing.F) {
	for _, name := range []string{"maps", "status", "syscall", "auxv", "comm", "fdinfo/0"} {
		text, err := os.ReadFile("/proc/self/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("7f00-8000 rwxp 00 00:00 1 /a\\012b (deleted)\nffffffffffffffff-0 ---p ffffffffffffffffff 0 0\n1-2 r 0 0 0\n- \n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		bound.Input(t, func() { checkProc(t, string(b)) })
	})
}

// checkProc demands that whatever was parsed from a text is in it.
func checkProc(t *testing.T, text string) {
	lines := strings.Count(text, "\n") + 1
	maps := parseMaps(text)
	if len(maps) > lines {
		t.Errorf("%d mappings of %d lines", len(maps), lines)
	}
	for _, m := range maps {
		start := strings.ToLower(strconv.FormatUint(m.Start, 16))
		if !strings.Contains(strings.ToLower(text), start) || !strings.Contains(text, m.Path) || strings.Contains(m.Path, "\n") {
			t.Errorf("%+v is not in %q", m, text)
		}
	}
	for name, value := range parseStatus(text) {
		if !strings.Contains(text, name+":") || !strings.Contains(text, value) || strings.Contains(name+value, "\n") && !strings.Contains(value, "\r") {
			t.Errorf("%q: %q is not in %q", name, value, text)
		}
	}
	if nr, ok := parseInside(text); ok && nr >= 1<<32 {
		t.Errorf("system call %d of %q", nr, text)
	}
	if a := parseAuxv([]byte(text)); a != (Auxv{}) && len(text) < 16 {
		t.Errorf("%+v of %q", a, text)
	}
	if n, ok := socketInode(text); ok && !strings.Contains(text, strconv.FormatUint(uint64(n), 10)) {
		t.Errorf("inode %d of %q", n, text)
	}
}

// FuzzSockets answers the questions about a socket in any way.
func FuzzSockets(f *testing.F) {
	const inode = 7
	inet := make([]byte, 80)
	binary.NativeEndian.PutUint32(inet[68:], inode)
	local := append(make([]byte, 16), "\x09\x00\x00\x00/tmp\x00\x00\x00\x00\x08\x00\x02\x00\x05\x00\x00\x00"...)
	link := make([]byte, 28)
	binary.NativeEndian.PutUint32(link[16:], inode)
	for _, answer := range [][]byte{inet, local, link, local[:20], {}} {
		f.Add(answer, []byte{1, 2, 3}, uint16(sockDiagByFamily))
	}
	f.Fuzz(func(t *testing.T, first, second []byte, kind uint16) {
		bound.Input(t, func() {
			for protocol, ask := range socketKinds {
				s := &Socket{Inode: inode, Protocol: protocol}
				conn := nltest.Dial(func(asked []netlink.Message) ([]netlink.Message, error) {
					head := netlink.Header{Type: netlink.HeaderType(kind), Flags: netlink.Multi}
					if len(asked) > 0 {
						head.Sequence, head.PID = asked[0].Header.Sequence, asked[0].Header.PID
					}
					return nltest.Multipart([]netlink.Message{{Header: head, Data: first}, {Header: head, Data: second}, {}})
				})
				ask(&socketTable{conn}, s)
				conn.Close()
				checkSocket(t, s, append(first, second...))
			}
		})
	})
}

// checkSocket demands that nothing is said about a socket that was not answered.
func checkSocket(t *testing.T, s *Socket, answers []byte) {
	if !s.Known && (s.Local.IsValid() || s.Remote.IsValid() || s.Path != "" || s.Peer != 0 || s.Port != 0) {
		t.Errorf("unknown, but %+v", s)
	}
	if len(s.Path) > len(answers) || !strings.Contains(string(answers), s.Path) {
		t.Errorf("path %q is not in %q", s.Path, answers)
	}
}
