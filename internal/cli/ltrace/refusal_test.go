package ltrace

import (
	"maps"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestObstacle: if several things prevent tracing, the right one is named.
func TestObstacle(t *testing.T) {
	plain := map[string]string{"Name": "sleep", "State": "S (sleeping)", "VmSize": "9 kB", "Uid": "7\t7\t7\t7", "TracerPid": "0", "PPid": "1"}
	with := func(name, value string) map[string]string {
		s := maps.Clone(plain)
		s[name] = value
		return s
	}
	user, root := self{uid: 7, userNS: "a"}, self{ptrace: true, caps: 1 << 19, userNS: "a"}
	tests := []struct {
		name string
		p    process
		o    self
		why  string // its beginning
		hint string // a part of it
	}{
		{"self", process{pid: os.Getpid(), status: plain, owner: 7}, root, "plait cannot trace itself", ""},
		{"no /proc", process{owner: -1}, self{noProc: true}, "plait cannot tell why, because /proc is not mounted", "mount -t proc"},
		{"hidden", process{owner: -1}, user, "/proc does not show it", "sudo"},
		{"kernel", process{status: with("VmSize", "")}, root, "it is a kernel thread", ""},
		{"zombie", process{status: with("State", "Z (zombie)")}, root, "it has ended, and its parent 1 (", ""},
		{"traced", process{status: with("TracerPid", "99999999")}, root, "it is traced already, by 99999999", "end that one"},
		{"namespace", process{status: plain, owner: 7, userNS: "b"}, user, "it is in another user namespace", "sudo"},
		{"bare root", process{status: plain, owner: 7}, self{}, "plait lacks the capability CAP_SYS_PTRACE", "--cap-add"},
		{"user", process{status: plain, owner: 7}, self{uid: 99999999}, "it runs as ", "sudo plait -p 0"},
		{"set-uid", process{status: with("Uid", "7\t0\t0\t0")}, user, "it runs as ", "sudo"},
		{"capable", process{status: with("CapPrm", "01"), owner: 7}, user, "it has capabilities that plait lacks", "sudo"},
		{"secret", process{status: plain, owner: 0}, user, "it is not dumpable", "sudo"},
		{"yama 1", process{status: plain, owner: 7}, self{uid: 7, scope: 1}, "only its parents may", "sysctl kernel.yama.ptrace_scope=0"},
		{"yama 2", process{status: plain, owner: 7}, self{uid: 7, scope: 2}, "only root may", "sudo"},
		{"yama 3", process{status: plain, owner: 7}, self{ptrace: true, scope: 3}, "nobody may", ""},
		{"yama 1, root", process{status: plain}, self{ptrace: true, scope: 1, seccomp: true}, "a seccomp filter", "seccomp=unconfined"},
		{"unknown", process{status: plain}, root, "the kernel does not say why", ""},
	}
	for _, test := range tests {
		why, hint := denial(test.p, test.o)
		if !strings.HasPrefix(why, test.why) || !strings.Contains(hint, test.hint) || hint != "" && test.hint == "" {
			t.Errorf("%s: %q, hint %q", test.name, why, hint)
		}
	}
	if err := refusal(99999999, syscall.ESRCH); err.Error() != "-p 99999999: No such process" {
		t.Error(err)
	}
}
