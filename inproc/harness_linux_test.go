//go:build linux

package inproc_test

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"plait/arch"
	"plait/inproc"
	"plait/ptrace"
	"plait/ring"
)

// build builds the program of testdata with so many rounds.
func build(t *testing.T, rounds int) (path string, symbols map[string]uint64) {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil && os.Getenv("PLAIT_REQUIRE") == "" {
		t.Skip("no gcc")
	}
	path = filepath.Join(t.TempDir(), "loop")
	out, err := exec.Command("gcc", "-nostdlib", "-static-pie", fmt.Sprintf("-Wa,--defsym,ROUNDS=%d", rounds), "-o", path, "testdata/loop.S").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path, symbolsOf(t, path)
}

// symbolsOf returns the symbols of a program.
func symbolsOf(t *testing.T, path string) map[string]uint64 {
	t.Helper()
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := file.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	symbols := map[string]uint64{}
	for _, s := range all {
		symbols[s.Name] = s.Value
	}
	return symbols
}

// A tracer traces one process of one thread as the real one does, but only by an engine.
type tracer struct {
	*testing.T
	l       *ptrace.Linux
	pid     int
	insn    uint64 // a system call instruction
	engine  *inproc.Engine
	symbols map[string]uint64

	enters, returns  map[uint64]int // by return address
	arguments, texts int            // that were as they should be
	wrong            []string
	breakpoints      []uint64 // return addresses left to us
	ticks            int

	mapsBefore []ptrace.Mapping
	codeStart  uint64
	codeBefore []byte
}

const places = 200 // of testdata/loop.S

func newTracer(t *testing.T, l *ptrace.Linux, pid int, symbols map[string]uint64) *tracer {
	return &tracer{T: t, l: l, pid: pid, symbols: symbols, enters: map[uint64]int{}, returns: map[uint64]int{}}
}

// launch launches the program, and starts an engine.
func launch(t *testing.T, rounds int) *tracer {
	t.Helper()
	path, symbols := build(t, rounds)
	l := ptrace.New()
	t.Cleanup(runtime.UnlockOSThread)
	pid, err := l.Launch(ptrace.Command{Path: path, Argv: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	tr := newTracer(t, l, pid, symbols)
	tr.wait()
	tr.insn = tr.findSyscall()
	tr.relocate()
	tr.begin()
	return tr
}

// attach attaches to the program that runs as a process, and starts an engine.
func attach(t *testing.T, l *ptrace.Linux, pid int, symbols map[string]uint64) *tracer {
	t.Helper()
	tr := newTracer(t, l, pid, symbols)
	tr.check(l.Seize(pid))
	tr.check(l.Interrupt(pid))
	tr.wait()
	tr.insn = tr.findSyscall()
	tr.relocate()
	tr.begin()
	return tr
}

// wait waits until the process has stopped.
func (tr *tracer) wait() ptrace.Stop {
	tr.Helper()
	for {
		s, err := tr.l.Wait()
		if errors.Is(err, ptrace.ErrWoken) {
			continue
		}
		if err != nil {
			tr.Fatal(err)
		}
		return s
	}
}

func (tr *tracer) check(err error) {
	tr.Helper()
	if err != nil {
		tr.Fatal(err)
	}
}

func (tr *tracer) regs() arch.Regs {
	tr.Helper()
	raw, err := tr.l.Regs(tr.pid, make([]byte, arch.Native.RegsetSize))
	tr.check(err)
	return arch.Native.View(bytes.Clone(raw))
}

// begin starts the engine at a stop, plants both slots, and gives the thread a ring.
func (tr *tracer) begin() {
	tr.Helper()
	tr.look()
	e, err := inproc.Start(inproc.Config{
		Arch: arch.Native, Kernel: tr.l, Call: tr.call, Rung: tr.l.Alarm,
		Want:       func(int, uint32, uint64) inproc.Want { return inproc.Want{} },
		Breakpoint: func(_ int, ret uint64) { tr.breakpoints = append(tr.breakpoints, ret) },
		Code:       tr.code,
		Alone:      func(int) bool { return true },
		MayCall:    func(int) bool { return true },
	}, tr.pid)
	tr.check(err)
	tr.engine = e
	for id, name := range []string{"stub", "wordcall"} {
		code := make([]byte, 15)
		_, _ = tr.l.Read(tr.pid, tr.symbols[name], code)
		tr.check(e.PlantSlot(tr.pid, inproc.Slot{ID: uint32(id), Addr: tr.symbols[name], Code: code, Enter: ring.Enter{Words: 2, Texts: []int{0}}}))
	}
	regs := tr.regs()
	base, err := e.AddThread(tr.pid, regs.SpareBase())
	tr.check(err)
	regs.SetSpareBase(base)
	tr.check(tr.l.SetRegs(tr.pid, regs.Raw))
}

// code reads the program's own code.
func (tr *tracer) code(tid int, addr uint64, b []byte) int {
	n, _ := tr.l.Read(tid, addr, b)
	tr.engine.Hide(addr, b[:n])
	return n
}

// look notes how the space is without an engine.
func (tr *tracer) look() {
	tr.Helper()
	var err error
	tr.mapsBefore, err = tr.l.Maps(tr.pid)
	tr.check(err)
	for _, m := range tr.mapsBefore {
		if m.Exec && m.Start <= tr.symbols["f"] && tr.symbols["f"] < m.End {
			tr.codeStart, tr.codeBefore = m.Start, make([]byte, m.End-m.Start)
			_, err := tr.l.Read(tr.pid, tr.codeStart, tr.codeBefore)
			tr.check(err)
		}
	}
}

// relocate adds to the symbols where the program is.
func (tr *tracer) relocate() {
	tr.Helper()
	maps, err := tr.l.Maps(tr.pid)
	tr.check(err)
	for _, m := range maps {
		if filepath.Base(m.Path) == "loop" {
			for name := range tr.symbols {
				tr.symbols[name] += m.Start
			}
			return
		}
	}
}

func (tr *tracer) findSyscall() uint64 {
	tr.Helper()
	maps, err := tr.l.Maps(tr.pid)
	tr.check(err)
	for _, m := range maps {
		code := make([]byte, min(m.End-m.Start, 1<<20))
		if _, err := tr.l.Read(tr.pid, m.Start, code); m.Exec && err == nil {
			if i := bytes.Index(code, arch.Native.Syscall); i >= 0 {
				return m.Start + uint64(i)
			}
		}
	}
	tr.Fatal("no system call instruction")
	return 0
}

// call makes the stopped thread make a system call.
func (tr *tracer) call(tid int, nr uint64, args ...uint64) (uint64, error) {
	saved := tr.regs()
	regs := arch.Native.View(bytes.Clone(saved.Raw))
	regs.PrepareSyscall(tr.insn, nr, args...)
	after, err := tr.l.Remote(tid, saved.Raw, regs.Raw)
	if err != nil {
		return 0, err
	}
	return arch.Native.View(after).Result(0), nil
}

// record takes note of a record.
func (tr *tracer) record(r *inproc.Record) {
	if r.Kind == ring.Returned {
		tr.returns[r.Addr]++
		return
	}
	tr.enters[r.Word(ring.Ret)]++
	if i := r.Word(r.Layout.Args + 8); i < places {
		tr.arguments++
	}
	if bytes.HasPrefix(r.Data[r.Layout.Text:], []byte("hello\x00")) && r.Flags == 0 {
		tr.texts++
	}
}

// work does what a tracer does when it is woken.
func (tr *tracer) work() {
	tr.Helper()
	tr.ticks++
	tr.check(tr.engine.Tick())
	if err := tr.engine.DrainAll(tr.record); err != nil && !errors.Is(err, ptrace.ErrGone) {
		tr.wrong = append(tr.wrong, err.Error())
	}
}

// interruptAfter returns what interrupts the process after it was woken n times.
func (tr *tracer) interruptAfter(n int) func() {
	return func() {
		if n == 0 {
			tr.check(tr.l.Interrupt(tr.pid))
		}
		n--
	}
}

// run restarts the process and serves it until it stops. also is called before, and whenever we
// were woken.
func (tr *tracer) run(how ptrace.Restart, also func()) ptrace.Stop {
	tr.Helper()
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
				tr.l.Wake()
			}
		}
	}()
	tr.check(tr.l.Restart(tr.pid, how))
	also()
	for {
		s, err := tr.l.Wait()
		if errors.Is(err, ptrace.ErrWoken) {
			tr.work()
			also()
			continue
		}
		tr.check(err)
		return s
	}
}

// leave puts the stopped thread into its own code, drains its ring, and reports whether it was
// in code of the engine.
func (tr *tracer) leave() bool {
	tr.Helper()
	regs := tr.regs()
	left, err := tr.engine.Leave(tr.pid, regs)
	tr.check(err)
	tr.check(tr.engine.Drain(tr.pid, tr.record))
	if left.Pending {
		switch pc := regs.PC(); pc { // what the instruction at a slot does
		case tr.symbols["stub"]:
			regs.SetPC(tr.symbols["f"])
		case tr.symbols["wordcall"]:
			regs.SetSP(regs.SP() - 8)
			const size = 6
			tr.check(tr.l.Store(tr.pid, regs.SP(), pc+size))
			regs.SetPC(tr.symbols["f"])
		}
	}
	if left.Moved {
		tr.check(tr.l.SetRegs(tr.pid, regs.Raw))
	}
	return left.Moved
}

// finish runs the process to its end, and looks at what was recorded: rounds calls from each
// place.
func (tr *tracer) finish(rounds int) {
	tr.Helper()
	s := tr.run(ptrace.Restart{}, func() {})
	for s.Kind != ptrace.Exited && s.Kind != ptrace.Killed {
		if tr.engine.Inside(tr.regs().PC()) {
			tr.leave()
		}
		s = tr.run(ptrace.Restart{Signal: s.Signal}, func() {})
	}
	tr.engine.RemoveThread(tr.pid, tr.record)
	tr.engine.Drop()
	if s.Kind != ptrace.Exited || s.Status != 0 {
		tr.Errorf("the program ended with %+v", s)
	}
	tr.compare(rounds)
}

func (tr *tracer) compare(rounds int) {
	tr.Helper()
	calls := rounds * (places + 1)
	if len(tr.enters) != places+1 || tr.arguments != calls || tr.texts != calls {
		tr.Errorf("calls from %d places, %d with the right argument, %d with the right text; %d are made", len(tr.enters), tr.arguments, tr.texts, calls)
	}
	for ret, n := range tr.enters {
		missed := slices.Contains(tr.breakpoints, ret) // nobody takes care of these here
		if got := tr.returns[ret]; n != rounds || got > rounds || got < rounds && !missed {
			tr.Errorf("%d calls and %d returns at %#x, not %d", n, got, ret, rounds)
		}
	}
	slices.Sort(tr.breakpoints)
	if n := len(slices.Compact(tr.breakpoints)); n > places/30 {
		tr.Errorf("no jump at %d places", n)
	}
	if len(tr.wrong) > 0 {
		tr.Errorf("%q", tr.wrong)
	}
}
