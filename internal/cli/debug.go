package cli

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"plait/ptrace"
	"plait/tracer"
)

var _ tracer.Kernel = (*ptrace.Linux)(nil)

// The bits of -D, with ltrace's numbers.
const (
	debugFiles     = 0o1
	debugCaught    = 0o2
	debugStops     = 0o10
	debugProcesses = 0o20
	debugRequests  = 0o40
	DebugAll       = 0o77
)

// debugBits are the bits of -D and what each shows.
var debugBits = []struct {
	bit  uint64
	what string
}{
	{debugFiles, "files: the programs and libraries that are looked at"},
	{debugCaught, "caught: how library calls are caught (--engine=inline), and why so; how many of each"},
	{debugStops, "stops: what the kernel reports of the tracees"},
	{debugProcesses, "processes: what is launched, attached to and let go"},
	{debugRequests, "requests: what is done to the tracees"},
}

// DebugHelp returns the meanings of -D's bits, for -Dh.
func DebugHelp() string {
	var b strings.Builder
	b.WriteString("The mask of -D is octal; its bits add up. Lines go to standard error.\n\n")
	for _, d := range debugBits {
		fmt.Fprintf(&b, "  %2o  %s\n", d.bit, d.what)
	}
	fmt.Fprintf(&b, "  %2o  all of them\n", DebugAll)
	return b.String()
}

// ParseDebugMask parses the argument of -D, an octal number. Its error is a
// UsageError.
func ParseDebugMask(text string) (uint64, error) {
	mask, err := strconv.ParseUint(text, 8, 64)
	if err != nil || mask > DebugAll {
		return 0, UsageError{What: "-D " + text, Why: "not an octal mask up to 77", Hint: "plait -Dh says what the bits are"}
	}
	return mask, nil
}

// A Tally reports how calls are caught, and counts how many are caught in each way.
type Tally struct {
	ui     *UI
	counts map[string]int
}

// TallyOf returns a tally that reports to u, nil if mask (see ParseDebugMask) does not ask for
// one.
func TallyOf(u *UI, mask uint64) *Tally {
	if mask&debugCaught == 0 {
		return nil
	}
	return &Tally{u, map[string]int{}}
}

// Note returns what reports how something is caught; nil if t is nil.
func (t *Tally) Note() func(what, how string) {
	if t == nil {
		return nil
	}
	return func(what, how string) {
		t.ui.Say("debug: %s: %s", what, how)
		t.counts[how]++
	}
}

// End reports the counts.
func (t *Tally) End() {
	if t == nil {
		return
	}
	for _, how := range slices.Sorted(maps.Keys(t.counts)) {
		t.ui.Say("debug: %d %s", t.counts[how], how)
	}
}

// A debugKernel reports what passes between the tracer and the kernel.
type debugKernel struct {
	tracer.Kernel
	ui   *UI
	mask uint64
}

// Debug returns k or, if mask (see ParseDebugMask) is not 0, a kernel that also
// reports to u what mask asks for.
func Debug(k tracer.Kernel, u *UI, mask uint64) tracer.Kernel {
	if mask == 0 {
		return k
	}
	return &debugKernel{k, u, mask}
}

// say writes a line if mask has its bit. err is the result of the request that the
// line is about.
func (k *debugKernel) say(bit uint64, tid int, err error, format string, args ...any) {
	if k.mask&bit == 0 {
		return
	}
	text := fmt.Sprintf(format, args...)
	if err != nil {
		text += ": " + err.Error()
	}
	if tid != 0 {
		text = strconv.Itoa(tid) + ": " + text
	}
	k.ui.Say("debug: %s", text)
}

// Wait implements tracer.Kernel.
func (k *debugKernel) Wait() (ptrace.Stop, error) {
	s, err := k.Kernel.Wait()
	if errors.Is(err, ptrace.ErrWoken) {
		return s, err
	}
	k.say(debugStops, s.TID, err, "%s%s", s.Kind, details(s))
	return s, err
}

// details returns the parts of a stop that have a meaning for its kind.
func details(s ptrace.Stop) string {
	text := ""
	switch {
	case s.Signal != 0:
		text = fmt.Sprintf(" signal %d", s.Signal)
	case s.Kind == ptrace.Exited:
		text = fmt.Sprintf(" status %d", s.Status)
	}
	if s.Child != 0 {
		text += fmt.Sprintf(" thread %d", s.Child)
	}
	return text
}

// Launch implements tracer.Kernel.
func (k *debugKernel) Launch(c ptrace.Command) (int, error) {
	pid, err := k.Kernel.Launch(c)
	k.say(debugProcesses, pid, err, "launched %s", c.Path)
	return pid, err
}

// Seize implements tracer.Kernel.
func (k *debugKernel) Seize(tid int) error {
	err := k.Kernel.Seize(tid)
	k.say(debugProcesses, tid, err, "PTRACE_SEIZE")
	return err
}

// Interrupt implements tracer.Kernel.
func (k *debugKernel) Interrupt(tid int) error {
	err := k.Kernel.Interrupt(tid)
	k.say(debugProcesses, tid, err, "PTRACE_INTERRUPT")
	return err
}

// Detach implements tracer.Kernel.
func (k *debugKernel) Detach(tid, sig int) error {
	err := k.Kernel.Detach(tid, sig)
	k.say(debugProcesses, tid, err, "PTRACE_DETACH signal %d", sig)
	return err
}

// Restart implements tracer.Kernel.
func (k *debugKernel) Restart(tid int, how ptrace.Restart) error {
	err := k.Kernel.Restart(tid, how)
	k.say(debugRequests, tid, err, "restart: %s signal %d", how.Op, how.Signal)
	return err
}

// SetRegs implements tracer.Kernel.
func (k *debugKernel) SetRegs(tid int, b []byte) error {
	err := k.Kernel.SetRegs(tid, b)
	k.say(debugRequests, tid, err, "registers changed")
	return err
}

// Remote implements tracer.Kernel.
func (k *debugKernel) Remote(tid int, saved, regs []byte) ([]byte, error) {
	after, err := k.Kernel.Remote(tid, saved, regs)
	k.say(debugRequests, tid, err, "made to execute a system call")
	return after, err
}

// Write implements tracer.Kernel.
func (k *debugKernel) Write(tid int, addr uint64, b []byte) (int, error) {
	n, err := k.Kernel.Write(tid, addr, b)
	k.say(debugRequests, tid, err, "%d bytes written at %#x: % x", n, addr, b[:min(len(b), 16)])
	return n, err
}

// Store implements tracer.Kernel.
func (k *debugKernel) Store(tid int, addr, word uint64) error {
	err := k.Kernel.Store(tid, addr, word)
	k.say(debugRequests, tid, err, "word written at %#x: %#016x", addr, word)
	return err
}

// OpenExe implements tracer.Kernel.
func (k *debugKernel) OpenExe(pid int) (*os.File, ptrace.Identity, error) {
	f, id, err := k.Kernel.OpenExe(pid)
	k.say(debugFiles, pid, err, "program %s", k.Exe(pid))
	return f, id, err
}

// OpenMapped implements tracer.Kernel.
func (k *debugKernel) OpenMapped(pid int, m ptrace.Mapping) (*os.File, ptrace.Identity, error) {
	f, id, err := k.Kernel.OpenMapped(pid, m)
	k.say(debugFiles, pid, err, "at %#x: %s", m.Start, m.Path)
	return f, id, err
}

// Open implements tracer.Kernel.
func (k *debugKernel) Open(path string) (*os.File, ptrace.Identity, error) {
	f, id, err := k.Kernel.Open(path)
	k.say(debugFiles, 0, err, "%s", path)
	return f, id, err
}
