package strace

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plait/event"
	"plait/internal/cli"
	"plait/proto"
	"plait/ptrace"
	"plait/tracer"
)

// coverageGoal is the percentage of system calls that must be shown with every argument
// decoded.
const coverageGoal = 99.9

// basket returns command lines of real programs. bash runs each of them in a folder with
// a file "greet".
func basket(t *testing.T) (commands []string) {
	t.Helper()
	text, err := os.ReadFile("../../../testdata/basket.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		command, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(line, err)
		}
		commands = append(commands, command)
	}
	return commands
}

// TestCoverage measures the share of the basket's calls that are shown with every
// argument decoded. It takes long, so it runs only with PLAIT_COVERAGE=1 ("make
// coverage").
func TestCoverage(t *testing.T) {
	if os.Getenv("PLAIT_COVERAGE") != "1" {
		t.Skip("make coverage")
	}
	c := &coverage{missing: map[string]int{}}
	commands := basket(t)
	for _, command := range commands {
		t.Run(strings.Fields(command)[0], func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("greet", []byte("hello\nworld\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			c.run(t, command)
		})
	}
	share := 100 * float64(c.decoded) / float64(max(c.calls, 1))
	t.Logf("%d command lines, %d calls of %d kinds, %.3f %% with every argument decoded\n%s", len(commands), c.calls, len(c.kinds), share, c.worst())
	if share < coverageGoal {
		t.Errorf("less than %.1f %%", coverageGoal)
	}
}

// A coverage is a sink that judges calls.
type coverage struct {
	calls, decoded int
	kinds          map[string]bool
	missing        map[string]int // by call, argument and fault
}

func (c *coverage) run(t *testing.T, command string) {
	o, err := parse([]string{"-f", "-v", "bash", "-c", command}, cli.NewUI(io.Discard, "strace"))
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

// Emit judges a call that has returned. A call that does not return has no result, but
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

// undecoded says which part of a call is not decoded, "" if all of it is.
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

// raw says why a value shows less than it could, "" if it does not.
func raw(r *event.Return, name string, v event.Value) string {
	switch v := v.(type) {
	case event.Int:
		if v.Base == event.Guess {
			return "of no known type"
		}
	case event.Name:
		if v.Name == "" && v.Want != "" && !r.Call.Failed { // the kernel need not have a name for what it refuses
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
	case event.Unreadable:
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

// isAddress reports whether an argument is an address by its nature, so that strace
// shows it as one, too. An argument that a call fills in is also an address if the call
// failed or filled in nothing.
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

// addressArgs are the arguments, by call, that are places in memory or code.
var addressArgs = map[string][]string{
	"brk": {"brk", "addr"}, "mmap": {"addr"}, "munmap": {"addr"}, "mprotect": {"addr", "start"}, "madvise": {"addr", "start"},
	"mremap": {"old_address", "new_address", "addr", "new_addr"}, "set_tid_address": {"tidptr"}, "set_robust_list": {"head"},
	"futex": {"uaddr", "uaddr2"}, "arch_prctl": {"addr"}, "clone": {"child_stack", "stack", "tls", "child_tidptr", "child_tid", "newsp"},
	"clone3": {"cl_args"}, "execve": {"envp"}, "prctl": {"arg2", "arg3", "arg4", "arg5", "addr"}, "rseq": {"rseq"},
	"membarrier": {}, "mincore": {"start"}, "msync": {"start", "addr"}, "mlock": {"addr"}, "shmat": {"shmaddr"}, "shmdt": {"shmaddr"},
}

// addressFields are the fields of structs that are such places.
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
