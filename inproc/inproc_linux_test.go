//go:build linux

package inproc_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"plait/ptrace"
)

// TestCalls: every call and return is recorded, with its argument and text, though the rings are
// handed over many times and each place asks for its return address.
func TestCalls(t *testing.T) {
	for _, rounds := range []int{1, 100, 5_000} {
		tr := launch(t, rounds)
		tr.finish(rounds)
	}
}

// TestStop: a thread that is interrupted anywhere is put into its own code, and when the engine is
// stopped nothing is left of it: the mappings, the code and the spare base are as before. Then
// it starts again. No call is lost or recorded twice.
func TestStop(t *testing.T) {
	const rounds, times = 2_000, 40
	tr := launch(t, rounds)
	inside := 0
	for i := range times {
		s := tr.run(ptrace.Restart{}, tr.interruptAfter(i))
		if s.Kind != ptrace.Interrupted {
			t.Fatalf("%+v", s)
		}
		if tr.leave() {
			inside++
		}
		tr.stop()
		tr.begin()
	}
	t.Logf("%d times in code of the engine", inside)
	if inside < times/10 {
		t.Errorf("only %d of %d times in code of the engine", inside, times)
	}
	tr.finish(rounds)
}

// stop stops the engine, and compares the space with what it was before.
func (tr *tracer) stop() {
	tr.Helper()
	regs := tr.regs()
	regs.SetSpareBase(0)
	tr.check(tr.l.SetRegs(tr.pid, regs.Raw))
	tr.check(tr.engine.Stop(tr.pid))
	maps, err := tr.l.Maps(tr.pid)
	tr.check(err)
	if !slices.Equal(maps, tr.mapsBefore) {
		tr.Fatalf("mappings\n%+v\nbefore\n%+v", maps, tr.mapsBefore)
	}
	code := make([]byte, len(tr.codeBefore))
	_, err = tr.l.Read(tr.pid, tr.codeStart, code)
	tr.check(err)
	if !slices.Equal(code, tr.codeBefore) {
		tr.Fatal("the code has changed")
	}
	if got := tr.regs().SpareBase(); got != 0 {
		tr.Fatalf("spare base %#x", got)
	}
}

// tracerEnv makes the test binary trace the process that it names, until it is killed.
const tracerEnv = "PLAIT_TEST_TRACER_OF"

// TestKilled: a program whose tracer is killed at any moment goes on as if it had never been
// traced. The tracer may be reading, the thread may wait for it, or ask it for something.
func TestKilled(t *testing.T) {
	if pid, err := strconv.Atoi(os.Getenv(tracerEnv)); err == nil {
		traceUntilKilled(t, pid)
		return
	}
	path, _ := build(t, 100_000)
	random := rand.New(rand.NewPCG(3, 4))
	times := 8
	if n, err := strconv.Atoi(os.Getenv("PLAIT_KILLS")); err == nil {
		times = n
	}
	for i := range times {
		killOnce(t, path, time.Duration(random.IntN(40_000))*time.Microsecond, i)
	}
}

// killOnce kills the tracer some time after it has begun.
func killOnce(t *testing.T, path string, after time.Duration, i int) {
	t.Helper()
	target := exec.Command(path)
	if err := target.Start(); err != nil {
		t.Fatal(err)
	}
	tracer := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	tracer.Env = append(os.Environ(), fmt.Sprintf("%s=%d", tracerEnv, target.Process.Pid))
	out, err := tracer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tracer.Start(); err != nil {
		t.Fatal(err)
	}
	if n, _ := out.Read(make([]byte, 8)); n < 8 {
		t.Errorf("kill %d: it is not traced", i)
	}
	time.Sleep(after)
	_ = tracer.Process.Kill()
	_ = tracer.Wait()
	ended := make(chan error, 1)
	go func() { ended <- target.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("kill %d after %v: the program ended with %v", i, after, err)
		}
	case <-time.After(20 * time.Second):
		t.Errorf("kill %d after %v: the program hangs", i, after)
		_ = target.Process.Kill()
	}
}

func traceUntilKilled(t *testing.T, pid int) {
	l := ptrace.New()
	t.Cleanup(runtime.UnlockOSThread)
	tr := attach(t, l, pid, symbolsOf(t, fmt.Sprintf("/proc/%d/exe", pid)))
	fmt.Println("tracing.")
	tr.run(ptrace.Restart{}, func() {})
}
