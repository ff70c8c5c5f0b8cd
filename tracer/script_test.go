package tracer

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"plait/event"
	"plait/filter"
	"plait/inject"
	"plait/objects"
	"plait/plt"
	"plait/proto"
	"plait/ptrace"
	"plait/seccomp"
	"plait/syscalls"
)

var update = flag.Bool("update", false, "rewrite the expected events of testdata/*.txtar")

// TestScripts runs the tracer against scripted kernels. Each file has the stops, with
// the registers and memory that matter ("stops"), and the events and restarts that the
// tracer makes of them ("events").
func TestScripts(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txtar")
	if len(files) == 0 {
		t.Fatal("no scripts")
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { runScript(t, name) })
	}
}

func runScript(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil || len(archive.Files) != 2 {
		t.Fatalf("want two files in the script: %v", err)
	}
	s := newScript(t)
	for line := range strings.Lines(string(archive.Files[0].Data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			s.line(strings.Fields(line))
		}
	}
	s.check()
	got := s.out.Bytes()
	if *update {
		archive.Files[1].Data = got
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := archive.Files[1].Data; !bytes.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// A judge is a test or an example: it is told what is wrong.
type judge interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// A script is a kernel, a sink and the tracer between them.
type script struct {
	t      judge
	tracer *Tracer
	kernel *fakeKernel
	out    bytes.Buffer
	open   map[uint64]string // calls that began: each ends once, in order
	stacks map[int][]uint64
	now    time.Time
	slow   bool // time passes
}

func newScript(t judge) *script {
	s := &script{t: t, open: map[uint64]string{}, stacks: map[int][]uint64{}}
	s.kernel = &fakeKernel{script: s, memory: map[uint64]byte{}, regs: map[int][]byte{}, parents: map[int]int{}, files: map[int]string{}}
	s.now = time.Unix(0, 0)
	s.tracer = New(Config{Kernel: s.kernel, Sink: s, Prototypes: ownPrototypes(t), Now: func() time.Time { return s.now }})
	return s
}

// ownPrototypes returns plait's own prototypes, without any of the user's.
func ownPrototypes(t judge) *proto.Database {
	t.Helper()
	db, errs := proto.Open(proto.Options{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return db
}

// line executes one line of a script.
func (s *script) line(f []string) {
	switch f[0] {
	case "follow":
		s.tracer.Follow = true
	case "syscalls":
		s.tracer.Syscalls = true
	case "calls": // calls SET
		s.tracer.Calls = parsed(syscalls.ParseSet(f[1], s.tracer.table))
	case "signals": // signals SET
		s.tracer.Signals = parsed(syscalls.ParseSignals(f[1]))
	case "detach-on-exec":
		s.tracer.DetachOnExec = true
	case "tracee": // tracee TID
		tid := s.int(f[1])
		tr := s.tracer.adopt(tid, tid, nil)
		tr.shown = true
		s.tracer.launched, s.tracer.exitKills = tid, true
	case "code": // code LO HI
		s.kernel.maps = append(s.kernel.maps, ptrace.Mapping{Start: s.num(f[1]), End: s.num(f[2]), Exec: true, Path: "/lib/code"})
	case "stack": // stack LO HI
		s.kernel.maps = append(s.kernel.maps, ptrace.Mapping{Start: s.num(f[1]), End: s.num(f[2]), Write: true, Path: "[stack]"})
	case "string": // string ADDR TEXT
		s.kernel.poke(s.num(f[1]), append([]byte(strings.Join(f[2:], " ")), 0))
	case "bytes": // bytes ADDR HEX
		var b []byte
		fmt.Sscanf(f[2], "%x", &b)
		s.kernel.poke(s.num(f[1]), b)
	case "word": // word ADDR VALUE
		s.kernel.poke(s.num(f[1]), binary.LittleEndian.AppendUint64(nil, s.num(f[2])))
	case "remove": // remove TID ADDR
		sp := s.tracer.tracees[s.int(f[1])].space
		sp.removeSite(sp.sites[s.num(f[2])])
	case "slot": // slot TID NAME ADDR GOT
		s.slot(f)
	default:
		s.habit(f)
	}
}

// habit executes a line about something that only strace's habit uses.
func (s *script) habit(f []string) {
	switch f[0] {
	case "inject": // inject TEXT, as in -e inject=TEXT
		in, _, err := inject.Parse(f[1], false, s.tracer.table)
		s.tracer.Injections = append(s.tracer.Injections, parsed(in, err))
	case "paths": // paths NAME ...
		s.tracer.Files.Paths = f[1:]
	case "fds": // fds SET
		s.tracer.Files.FDs = parsed(filter.ParseFDs(f[1]))
	case "dump": // dump read|write SET
		into := map[string]**filter.FDs{"read": &s.tracer.Dumps.Read, "write": &s.tracer.Dumps.Write}[f[1]]
		*into = parsed(filter.ParseFDs(f[2]))
	case "limit": // limit N
		s.tracer.CallLimit = s.int(f[1])
	case "raw": // raw SET
		s.tracer.Raw = parsed(syscalls.ParseSet(f[1], s.tracer.table))
	case "filtered": // filtered TID: our filter lets only the wanted calls stop
		s.tracer.tracees[s.int(f[1])].filtering = filtered
	case "modes":
		s.tracer.Modes = true
	case "slow": // a thread runs 1 ms before it stops, and the tracer works 1 s for each event
		s.slow = true
	case "namespaces":
		s.tracer.Namespaces = true
	case "file": // file FD NAME
		s.kernel.files[s.int(f[1])] = f[2]
	case "pre-exec": // pre-exec TID: launched, with its execve(2) shown
		s.tracer.ShowExec = true
		s.tracer.launched = s.int(f[1])
		tr := s.tracer.adopt(s.tracer.launched, s.tracer.launched, nil)
		tr.shown, tr.phase = true, launching
	case "attach": // attach TID INSIDE
		s.kernel.inside = s.num(f[2])
		if err := s.tracer.Attach(s.int(f[1])); err != nil {
			s.t.Fatal(err)
		}
	case "pass": // until every delayed tracee was restarted
		fmt.Fprintf(&s.out, "pass\n")
		for start := time.Now(); len(s.tracer.delayed) > 0 && time.Since(start) < 10*time.Second; time.Sleep(time.Millisecond) {
			if err := s.tracer.restartDelayed(false); err != nil {
				s.t.Fatal(err)
			}
		}
	case "detach": // as after Interrupt
		fmt.Fprintf(&s.out, "detach\n")
		if err := s.tracer.detachAll(); err != nil {
			s.t.Fatal(err)
		}
	default:
		s.stop(f)
	}
}

// parsed returns a word of a script that has been parsed, and panics if that failed.
func parsed[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (s *script) slot(f []string) {
	sp := s.tracer.tracees[s.int(f[1])].space
	if len(sp.objects) == 0 {
		sp.objects = append(sp.objects, &objects.Object{Main: true, FileName: "main", Lo: 0x400000, Hi: 0x410000})
	}
	p := sp.siteAt(s.num(f[3]))
	p.slots = append(p.slots, &slot{
		Slot: plt.Slot{Name: f[2], Form: plt.Stub, Len: 6}, object: sp.objects[0], got: s.num(f[4]),
	})
}

// stop makes a thread stop: TID KIND [ARG] [REG=VALUE ...].
func (s *script) stop(f []string) {
	tid := s.int(f[0])
	stop := ptrace.Stop{TID: tid}
	var arg int
	for _, word := range f[2:] {
		if reg, value, ok := strings.Cut(word, "="); ok {
			s.kernel.set(tid, reg, s.num(value))
		} else {
			arg = s.int(word)
		}
	}
	s.kernel.trap, s.kernel.gone = f[1] == "trap", f[1] == "lost"
	switch f[1] {
	case "trap":
		stop.Kind, stop.Signal = ptrace.SignalDelivery, 5
	case "signal":
		stop.Kind, stop.Signal = ptrace.SignalDelivery, arg
	case "group":
		stop.Kind, stop.Signal = ptrace.Group, arg
	case "new":
		stop.Kind = ptrace.Interrupted
	case "fork", "vfork", "thread":
		stop.Kind, stop.Child = map[string]ptrace.StopKind{"fork": ptrace.Fork, "vfork": ptrace.VFork, "thread": ptrace.Clone}[f[1]], arg
		s.kernel.born(tid, arg, f[1])
	case "vfork-done":
		stop.Kind = ptrace.VForkDone
	case "exec":
		stop.Kind, stop.Child = ptrace.Exec, arg
	case "entry":
		stop.Kind = ptrace.Syscall
		s.kernel.info = ptrace.SyscallInfo{Op: ptrace.Entry, Arch: s.tracer.arch.Audit, Nr: uint64(arg), Args: s.kernel.args(tid)}
	case "exit":
		stop.Kind = ptrace.Syscall
		s.kernel.info = ptrace.SyscallInfo{Op: ptrace.Exit, Arch: s.tracer.arch.Audit, Result: int64(arg), Failed: arg < 0 && arg > -4096}
	case "entry32": // by int $0x80
		stop.Kind = ptrace.Syscall
		s.kernel.info = ptrace.SyscallInfo{Op: ptrace.Entry, Arch: auditI386, Nr: uint64(arg), Args: s.kernel.args(tid)}
	case "seccomp", "own-seccomp": // by our filter, or by one of the program's own
		stop.Kind = ptrace.Seccomp
		s.kernel.info = ptrace.SyscallInfo{Op: ptrace.SeccompStop, Arch: s.tracer.arch.Audit, Nr: uint64(arg), Args: s.kernel.args(tid)}
		if f[1] == "seccomp" {
			s.kernel.info.Data = seccomp.Data
		}
	case "lost": // a syscall-stop of a thread that has died
		stop.Kind = ptrace.Syscall
	case "exiting":
		stop.Kind = ptrace.Exiting
	case "exited":
		stop.Kind, stop.Status = ptrace.Exited, arg
	case "killed":
		stop.Kind, stop.Signal = ptrace.Killed, arg
	default:
		s.t.Fatalf("unknown line %q", strings.Join(f, " "))
	}
	fmt.Fprintf(&s.out, "%s\n", strings.Join(f[:min(len(f), 3)], " "))
	if s.slow {
		s.now = s.now.Add(time.Millisecond)
		s.tracer.now = s.now
	}
	if err := s.tracer.handle(stop); err != nil {
		s.t.Fatalf("%q: %v", strings.Join(f, " "), err)
	}
}

// Emit writes an event as a line and checks that calls nest like brackets.
func (s *script) Emit(e event.Event) error {
	h := e.Header()
	if s.slow {
		s.now = s.now.Add(time.Second)
	}
	fmt.Fprintf(&s.out, "    %s%d ", strings.Repeat("  ", h.Depth), h.TID)
	switch e := e.(type) {
	case *event.Enter:
		fmt.Fprintf(&s.out, "enter %s(%s)\n", e.Call.Name, arguments(e.Call))
		s.open[e.Call.ID] = e.Call.Name
		s.stacks[h.TID] = append(s.stacks[h.TID], e.Call.ID)
	case *event.Return:
		fmt.Fprintf(&s.out, "return %s(%s) = %s\n", e.Call.Name, arguments(e.Call), outcome(e)+changes(e)+s.times(e))
		s.ended(h.TID, e.Call)
	case *event.Signal:
		fmt.Fprintf(&s.out, "signal %s\n", e.Name)
	case *event.Stopped:
		fmt.Fprintf(&s.out, "stopped by %s\n", e.Name)
	case *event.Spawn:
		fmt.Fprintf(&s.out, "spawn %d in %d\n", e.ChildTID, e.ChildPID)
		s.stacks[e.ChildTID] = slices.Clone(s.stacks[h.TID])
	case *event.Exec:
		fmt.Fprintf(&s.out, "exec, was %d\n", e.FormerTID)
		if e.FormerTID != h.TID {
			s.stacks[h.TID] = s.stacks[e.FormerTID]
		}
	case *event.Exit:
		fmt.Fprintf(&s.out, "exit %d %s%s\n", e.Status, e.Signal, into(e))
	case *event.Notice:
		fmt.Fprintf(&s.out, "notice %s\n", e.Text)
	default:
		fmt.Fprintf(&s.out, "%T\n", e)
	}
	return nil
}

// Close implements event.Sink.
func (s *script) Close() error { return nil }

func (s *script) ended(tid int, c *event.Call) {
	stack, id := s.stacks[tid], cmp.Or(c.Origin, c.ID)
	if len(stack) == 0 || !slices.Contains(stack, id) {
		s.t.Errorf("%s returned in %d, where it is not open", c.Name, tid)
		return
	}
	s.stacks[tid] = slices.DeleteFunc(stack, func(open uint64) bool { return open == id })
	if c.Origin == 0 {
		delete(s.open, c.ID)
	}
}

// check demands that every call has ended, because all threads have died at the end of
// every script.
func (s *script) check() {
	s.tracer.Detach()
	for _, name := range s.open {
		s.t.Errorf("%s never ended", name)
	}
	if n := len(s.tracer.tracees); n != 0 {
		s.t.Errorf("%d tracees left", n)
	}
}

// into returns the ID that a thread has from now on.
func into(e *event.Exit) string {
	if e.NewTID == 0 {
		return ""
	}
	return "into " + strconv.Itoa(e.NewTID)
}

func arguments(c *event.Call) string {
	if c.Raw {
		return fmt.Sprintf("raw %#x", c.Words)
	}
	return values(c.Args)
}

func values(args []event.Arg) string {
	var out []string
	for _, a := range args {
		out = append(out, value(a.Value))
	}
	return strings.Join(out, ", ")
}

func value(v event.Value) string {
	switch v := v.(type) {
	case event.Str:
		return strconv.Quote(v.Text)
	case event.Int:
		return strconv.FormatInt(int64(v.Bits), 10)
	case event.Pointer:
		return "0x" + strconv.FormatUint(v.Addr, 16)
	case event.FD:
		return strconv.Itoa(v.Num)
	case event.Pending:
		return "pending"
	case event.Void:
		return "void"
	case event.Verbatim:
		return v.Text
	case event.Errno:
		return v.Name
	case event.Note:
		return value(v.Value) + " (" + v.Brief + ")"
	}
	return fmt.Sprintf("%T", v)
}

func outcome(r *event.Return) string {
	switch r.Outcome {
	case event.Returned:
		return value(r.Result)
	case event.Longjmp:
		return "longjmp"
	case event.Unwound:
		return "unwound"
	case event.Detached:
		return "detached"
	case event.Unavailable:
		return "unavailable"
	}
	return "no return"
}

// times says how long a call took, if time passes.
func (s *script) times(r *event.Return) string {
	if !s.slow {
		return ""
	}
	return fmt.Sprintf(" in %v, and %v of ours", r.Elapsed, r.Work)
}

// changes says what plait did to a call, and which data the call moved.
func changes(r *event.Return) string {
	text := ""
	for i, name := range []string{"result", "args", "out", "delayed"} {
		if r.Tamper>>i&1 != 0 {
			text += ", changed: " + name
		}
	}
	for _, d := range r.Dumps {
		text += fmt.Sprintf(", buffer %d.%d %q", d.Message, d.Buffer, d.Data)
	}
	return text
}

// auditI386 is AUDIT_ARCH_I386 (linux/audit.h).
const auditI386 = 0x40000003

func (s *script) num(text string) uint64 {
	v, err := strconv.ParseUint(text, 0, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

func (s *script) int(text string) int {
	v, err := strconv.ParseInt(text, 0, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return int(v)
}

var errScript = errors.New("not in the script")
