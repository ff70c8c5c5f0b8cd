package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"plait/event"
	"plait/proto"
	"plait/ptrace"
	"plait/tracer"
)

// coverageGoal is the share of system calls, in percent, that must be shown with
// every argument decoded.
const coverageGoal = 99.9

// basket are command lines of real programs, each run by bash in a folder with a
// file "greet".
var basket = []string{
	`chroot /tmp/w8/sid ls -la /etc`,
	`chroot /tmp/w8/sid bash -c "for i in 1 2 3; do echo $i | cat; done; read x </etc/passwd; (exit 3)"`,
	`chroot /tmp/w8/sid python3 -c "import json,subprocess,os,socket,threading,asyncio;print(json.dumps([1]));subprocess.run(['true'])
async def m(): await asyncio.sleep(0.01)
asyncio.run(m())
s=socket.create_server(('127.0.0.1',0));c=socket.create_connection(s.getsockname())"`,
	`chroot /tmp/w8/sid perl -e "open F, q(/etc/passwd); print scalar(@{[<F>]}); system q(true); print -t STDIN"`,
	`chroot /tmp/w8/sid sh -c "cd /tmp/t && rm -rf g && git init -q g && cd g && cp /etc/passwd . && git add passwd && git -c user.name=a -c user.email=a@b commit -qm x && git status --short && git log --oneline && git gc -q && git fsck"`,
	`chroot /tmp/w8/sid curl -s http://127.0.0.1:9/`,
	`chroot /tmp/w8/sid curl -sI https://deb.debian.org/`,
	`chroot /tmp/w8/sid curl -s http://deb.debian.org/debian/dists/sid/Release -o /dev/null`,
	`chroot /tmp/w8/sid sh -c "cd /tmp/t; rm -f db; sqlite3 db 'create table t(a); insert into t values(1); select * from t; pragma journal_mode=wal; insert into t values(2)'"`,
	`chroot /tmp/w8/sid openssl dgst -sha256 /etc/passwd`,
	`chroot /tmp/w8/sid openssl speed -seconds 1 -evp aes-128-gcm`,
	`chroot /tmp/w8/sid openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout /dev/null -out /dev/null`,
	`chroot /tmp/w8/sid sh -c "cd /tmp/t; echo 'int main(void) { return 0; }' >x.c; gcc -pipe -o x x.c && ./x; gcc -flto -O2 -o x x.c"`,
	`chroot /tmp/w8/sid ps aux`,
	`chroot /tmp/w8/sid top -bn1`,
	`chroot /tmp/w8/sid ip addr`,
	`chroot /tmp/w8/sid jq . /tmp/t/x.json`,
	`chroot /tmp/w8/sid apt-cache policy bash`,
	`chroot /tmp/w8/sid apt-get -s install nano`,
	`chroot /tmp/w8/sid dpkg -l`,
	`chroot /tmp/w8/sid find /etc -name p*`,
	`chroot /tmp/w8/sid tar cf /tmp/t/x.tar /etc`,
	`chroot /tmp/w8/sid sort /etc/passwd`,
	`chroot /tmp/w8/sid cp -a /etc/passwd /tmp/t/pw`,
	`chroot /tmp/w8/sid mv /tmp/t/pw /tmp/t/pw2`,
	`chroot /tmp/w8/sid dd if=/dev/zero of=/tmp/t/z bs=4k count=10 conv=fsync`,
	`chroot /tmp/w8/sid stat /etc/passwd`,
	`chroot /tmp/w8/sid df`,
	`chroot /tmp/w8/sid date`,
	`chroot /tmp/w8/sid id`,
	`chroot /tmp/w8/sid uname -a`,
	`chroot /tmp/w8/sid less /etc/passwd`,
	`chroot /tmp/w8/sid timeout 5 sleep 0.01`,
	`chroot /tmp/w8/sid mount`,
	`chroot /tmp/w8/sid lsns`,
	`chroot /tmp/w8/sid unshare -m true`,
	`chroot /tmp/w8/sid su -c true`,
	`chroot /tmp/w8/sid tail -n1 /etc/passwd`,
	`chroot /tmp/w8/sid cat /etc/passwd`,
	`chroot /tmp/w8/sid grep root /etc/passwd`,
	`chroot /tmp/w8/sid sed -i s/a/b/ /tmp/t/pw2`,
	`chroot /tmp/w8/sid gzip -fk /tmp/t/pw2`,
	`chroot /tmp/w8/sid xz -fk /tmp/t/pw2`,
	`chroot /tmp/w8/sid nproc`,
	`chroot /tmp/w8/sid who`,
	`chroot /tmp/w8/sid setsid -w ls`,
	`chroot /tmp/w8/sid taskset 1 true`,
	`chroot /tmp/w8/sid chrt -p 1`,
	`chroot /tmp/w8/sid ionice`,
	`chroot /tmp/w8/sid prlimit`,
	`chroot /tmp/w8/sid lscpu`,
	`chroot /tmp/w8/sid fallocate -l 1M /tmp/t/fa`,
	`chroot /tmp/w8/sid flock /tmp/t/fa true`,
	`chroot /tmp/w8/sid script -qc "stty -a; tty; ls" /dev/null`,
	`chroot /tmp/w8/sid lsblk`,
	`chroot /tmp/w8/sid findmnt`,
	`chroot /tmp/w8/sid nsenter -t 1 -m true`,
	`chroot /tmp/w8/sid dmesg`,
	`chroot /tmp/w8/sid logger x`,
	`chroot /tmp/w8/sid getent passwd root`,
	`chroot /tmp/w8/sid getent hosts deb.debian.org`,
	`chroot /tmp/w8/sid mktemp`,
	`chroot /tmp/w8/sid sync`,
	`chroot /tmp/w8/sid truncate -s 1M /tmp/t/tr`,
	`chroot /tmp/w8/sid shuf -n1 /etc/passwd`,
	`chroot /tmp/w8/sid install -m 600 /etc/passwd /tmp/t/in`,
}

// TestCoverage measures which share of the calls of the basket is shown with every
// argument decoded. It takes its time, and runs only with PLAIT_COVERAGE=1 ("make
// coverage").
func TestCoverage(t *testing.T) {
	if os.Getenv("PLAIT_COVERAGE") != "1" {
		t.Skip("make coverage")
	}
	c := &coverage{missing: map[string]int{}}
	for _, command := range basket {
		t.Run(strings.Fields(command)[0], func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("greet", []byte("hello\nworld\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			c.run(t, command)
		})
	}
	share := 100 * float64(c.decoded) / float64(max(c.calls, 1))
	t.Logf("%d command lines, %d calls of %d kinds, %.3f %% with every argument decoded\n%s", len(basket), c.calls, len(c.kinds), share, c.worst())
	if share < coverageGoal {
		t.Errorf("less than %.1f %%", coverageGoal)
	}
}

// A coverage is a sink that judges calls.
type coverage struct {
	calls, decoded int
	kinds          map[string]bool
	missing        map[string]int // by call, argument and what is wrong
}

func (c *coverage) run(t *testing.T, command string) {
	o, err := parseStrace([]string{"-f", "-v", "bash", "-c", command}, &ui{io.Discard, "strace"})
	if err != nil {
		t.Fatal(err)
	}
	database, problems := proto.Open(proto.Options{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	tr := tracer.New(o.config(ptrace.New(), c, database))
	if err := tr.Launch(ptrace.Command{Path: "/bin/bash", Argv: []string{"bash", "-c", "exec >out 2>&1 </dev/null\n" + command}, Env: os.Environ()}); err != nil {
		t.Fatal(err)
	}
	if err := tr.Run(); err != nil {
		t.Fatal(err)
	}
}

// Emit judges a call that has returned; what does not return has no result, and
// its arguments are judged all the same.
func (c *coverage) Emit(e event.Event) error {
	r, ok := e.(*event.Return)
	if !ok || r.Call.Kind != event.System {
		return nil
	}
	if c.kinds == nil {
		c.kinds = map[string]bool{}
	}
	c.kinds[r.Call.Name] = true
	c.calls++
	if why := undecoded(r); why != "" {
		c.missing[why]++
	} else {
		c.decoded++
	}
	return nil
}

// Close implements event.Sink.
func (c *coverage) Close() error { return nil }

// undecoded says what of a call is not decoded, "" if all is.
func undecoded(r *event.Return) string {
	if r.Call.Guess {
		return r.Call.Name + ": unknown"
	}
	for _, a := range r.Call.Args {
		if why := raw(r, a.Name, a.Value); why != "" {
			return r.Call.Name + " " + a.Name + ": " + why
		}
	}
	if r.Result != nil {
		if why := raw(r, "result", r.Result); why != "" {
			return r.Call.Name + ": result: " + why
		}
	}
	return ""
}

// raw says why a value is less than what it could be.
func raw(r *event.Return, name string, v event.Value) string {
	switch v := v.(type) {
	case event.Int:
		if v.Base == event.Guess {
			return "of no known type"
		}
	case event.Name:
		if v.Name == "" && v.Want != "" && !r.Call.Failed { // what the kernel refuses need have no name
			return fmt.Sprintf("%#x has no name", v.Int.Bits)
		}
	case event.Flags:
		if v.Rest != 0 && v.Want != "" {
			return fmt.Sprintf("bits %#x have no name", v.Rest)
		}
	case event.Pointer:
		if v.Addr != 0 && !isAddress(r, name) {
			return "an address"
		}
	case event.Unread:
		if !isAddress(r, name) {
			return "an address not read"
		}
	case event.Change:
		return first(raw(r, name, v.Before), raw(r, name, v.After))
	case event.Note:
		return first(raw(r, name, v.Value), raw(r, name, v.Extra))
	case event.Record:
		for _, f := range v.Fields {
			if why := raw(r, f.Name, f.Value); why != "" {
				return "." + f.Name + ": " + why
			}
		}
	case event.List:
		for _, item := range v.Items {
			if why := raw(r, name, item); why != "" {
				return why
			}
		}
	}
	return ""
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// isAddress tells the arguments that are addresses by their nature, not for want
// of decoding: strace shows them so. What a call fills in is an address too if
// the call failed or filled in nothing.
func isAddress(r *event.Return, name string) bool {
	if r.Outcome != event.Returned || r.Call.Failed {
		return true
	}
	if n, ok := r.Result.(event.Int); ok && n.Bits == 0 && slices.Contains(filledIfSome[:], r.Call.Name) {
		return true
	}
	return name == "result" || slices.Contains(addressArgs[r.Call.Name], name) || slices.Contains(addressFields, name)
}

// filledIfSome are the calls that leave their memory alone if they return 0.
var filledIfSome = [...]string{"wait4", "epoll_wait", "epoll_pwait", "recvfrom", "getdents64", "read", "recvmsg"}

// addressArgs are the arguments of calls that are places in memory or code.
var addressArgs = map[string][]string{
	"brk": {"brk", "addr"}, "mmap": {"addr"}, "munmap": {"addr"}, "mprotect": {"addr", "start"}, "madvise": {"addr", "start"},
	"mremap": {"old_address", "new_address", "addr", "new_addr"}, "set_tid_address": {"tidptr"}, "set_robust_list": {"head"},
	"futex": {"uaddr", "uaddr2"}, "arch_prctl": {"addr"}, "clone": {"child_stack", "stack", "tls", "child_tidptr", "child_tid", "newsp"},
	"clone3": {"cl_args"}, "execve": {"envp"}, "prctl": {"arg2", "arg3", "arg4", "arg5", "addr"}, "rseq": {"rseq"},
	"membarrier": {}, "mincore": {"start"}, "msync": {"start", "addr"}, "mlock": {"addr"}, "shmat": {"shmaddr"}, "shmdt": {"shmaddr"},
}

// addressFields are the fields of structs that are.
var addressFields = []string{
	"sa_handler", "sa_sigaction", "sa_restorer", "ss_sp", "stack", "tls", "child_tid", "parent_tid", "si_addr", "start_code",
}

// worst lists what is not decoded, the most frequent first.
func (c *coverage) worst() string {
	var all []string
	for why := range c.missing {
		all = append(all, why)
	}
	slices.SortFunc(all, func(a, b string) int { return c.missing[b] - c.missing[a] })
	var b strings.Builder
	for _, why := range all[:min(len(all), 40)] {
		fmt.Fprintf(&b, "%6d %s\n", c.missing[why], why)
	}
	return b.String()
}
