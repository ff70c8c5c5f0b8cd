package ltrace

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/internal/cli"
	"plait/ptrace"
)

// A process is what /proc shows of a process that is to be traced.
type process struct {
	pid    int
	status map[string]string // the fields of /proc/PID/status
	owner  int               // UID of the files in /proc/PID; -1 if unknown
	userNS string            // its user namespace, "" if unknown
}

// A self is what /proc shows of plait itself.
type self struct {
	uid     int
	ptrace  bool // it has CAP_SYS_PTRACE
	caps    uint64
	seccomp bool
	userNS  string
	scope   int  // kernel.yama.ptrace_scope
	noProc  bool // /proc is not mounted
}

// refusal explains why a process can't be attached to, and what the user can do. The
// kernel gives no reason, so it comes from /proc.
func refusal(pid int, err error) error {
	err = cli.ErrnoOf(err)
	e := cli.UsageError{What: fmt.Sprintf("-p %d", pid), Why: cli.Reason(err)}
	if !errors.Is(err, syscall.EPERM) {
		return e
	}
	why, hint := denial(readProcess(pid), readSelf())
	e.Why, e.Hint = e.Why+": "+why, hint
	return e
}

// denial returns the first of the kernel's rules (ptrace(2), "access mode checking")
// that forbids o to trace p, and a way out.
func denial(p process, o self) (why, hint string) {
	asRoot := fmt.Sprintf("sudo plait -p %d", p.pid)
	runs, _ := strconv.Atoi(firstField(p.status["Uid"]))
	switch tracer := p.status["TracerPid"]; {
	case p.pid == os.Getpid():
		return "plait cannot trace itself", ""
	case o.noProc:
		return "plait cannot tell why, because /proc is not mounted", "mount -t proc proc /proc"
	case strings.HasPrefix(p.status["State"], "Z"):
		return "it has ended, and its parent " + pidAndName(p.status["PPid"]) + " has not waited for it", ""
	case p.status["Name"] != "" && p.status["VmSize"] == "":
		return "it is a kernel thread, which runs no program", ""
	case tracer != "" && tracer != "0":
		return "it is traced already, by " + pidAndName(tracer), "a process has one tracer at a time: end that one"
	case p.userNS != "" && p.userNS != o.userNS && !o.ptrace:
		return "it is in another user namespace", asRoot
	case len(p.status) == 0 && !o.ptrace && o.uid != 0:
		return "/proc does not show it to this user, so it may be another's", asRoot
	case !o.ptrace && o.uid == 0:
		return "plait lacks the capability CAP_SYS_PTRACE", "in a container it takes --cap-add=SYS_PTRACE"
	case !o.ptrace && !allFields(p.status["Uid"], o.uid):
		return fmt.Sprintf("it runs as %s, plait as %s", userName(runs), userName(o.uid)), asRoot
	case !o.ptrace && capsOf(p.status, "CapPrm")&^o.caps != 0:
		return "it has capabilities that plait lacks", asRoot
	case !o.ptrace && p.owner >= 0 && p.owner != runs:
		return "it is not dumpable (its program is set-uid or cannot be read, or it called prctl(PR_SET_DUMPABLE))", asRoot
	case o.scope == 1 && !o.ptrace:
		return "only its parents may trace a process here (kernel.yama.ptrace_scope is 1)", asRoot + ", or: sudo sysctl kernel.yama.ptrace_scope=0"
	case o.scope == 2 && !o.ptrace:
		return "only root may trace here (kernel.yama.ptrace_scope is 2)", asRoot
	case o.scope == 3:
		return "nobody may trace here until the next boot (kernel.yama.ptrace_scope is 3)", ""
	case o.seccomp:
		return "a seccomp filter that plait runs under may forbid it", "in a container it takes --cap-add=SYS_PTRACE or --security-opt seccomp=unconfined"
	}
	return "the kernel does not say why; a security module or a sandbox may forbid it", ""
}

func readProcess(pid int) process {
	var kernel ptrace.Linux
	p := process{pid: pid, owner: -1}
	p.status, _ = kernel.Status(pid)
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	if info, err := os.Stat(dir + "/status"); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			p.owner = int(st.Uid)
		}
	}
	p.userNS, _ = os.Readlink(dir + "/ns/user")
	return p
}

func readSelf() self {
	p := readProcess(os.Getpid())
	o := self{uid: os.Getuid(), caps: capsOf(p.status, "CapEff"), userNS: p.userNS}
	o.noProc = len(p.status) == 0
	o.ptrace = o.caps>>unix.CAP_SYS_PTRACE&1 != 0
	o.seccomp = p.status["Seccomp"] == "2"
	scope, _ := os.ReadFile("/proc/sys/kernel/yama/ptrace_scope")
	o.scope, _ = strconv.Atoi(strings.TrimSpace(string(scope)))
	return o
}

func capsOf(status map[string]string, name string) uint64 {
	n, _ := strconv.ParseUint(status[name], 16, 64)
	return n
}

func firstField(s string) string {
	first, _, _ := strings.Cut(s, "\t")
	return first
}

// allFields reports whether the real, effective and saved UIDs of a process are all
// uid.
func allFields(uids string, uid int) bool {
	fields := strings.Fields(uids)
	for _, f := range fields[:min(len(fields), 3)] {
		if f != strconv.Itoa(uid) {
			return false
		}
	}
	return len(fields) > 0
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return "user " + strconv.Itoa(uid)
}

// pidAndName returns a PID with the name of the process, if that is known.
func pidAndName(pid string) string {
	n, _ := strconv.Atoi(pid)
	if name := readProcess(n).status["Name"]; name != "" {
		return pid + " (" + name + ")"
	}
	return pid
}

// attachedText says that plait attached to a process, and names it.
func attachedText(pid int) string {
	s := readProcess(pid).status
	text := fmt.Sprintf("attached to %d", pid)
	if s["Name"] == "" {
		return text
	}
	text += " (" + s["Name"]
	if n := s["Threads"]; n != "1" && n != "" {
		text += ", " + n + " threads"
	}
	return text + ")"
}
