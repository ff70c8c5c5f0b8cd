//go:build linux

package ptrace

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"plait/arch"
)

const (
	testShared  = 2 * 4096
	testOwner   = 8
	testBell    = 16
	testWaiting = 20

	tidMask = 0x3fff_ffff // FUTEX_TID_MASK, linux/futex.h
)

// A remoteCaller makes system calls in a stopped tracee.
type remoteCaller struct {
	l    *Linux
	tid  int
	insn uint64 // a system call instruction
}

// seizeStopped seizes a process of one thread, and stops it.
func seizeStopped(l *Linux, pid int) (*remoteCaller, error) {
	if err := l.Seize(pid); err != nil {
		return nil, err
	}
	if err := l.Interrupt(pid); err != nil {
		return nil, err
	}
	if _, err := l.waitFor(pid); err != nil {
		return nil, err
	}
	maps, err := l.Maps(pid)
	if err != nil {
		return nil, err
	}
	for _, m := range maps {
		code := make([]byte, m.End-m.Start)
		if m.Path != "[vdso]" {
			continue
		}
		if _, err := l.Read(pid, m.Start, code); err != nil {
			return nil, err
		}
		if i := bytes.Index(code, arch.Native.Syscall); i >= 0 {
			return &remoteCaller{l, pid, m.Start + uint64(i)}, nil
		}
	}
	return nil, fmt.Errorf("no system call instruction")
}

func (c *remoteCaller) call(nr uint64, args ...uint64) (uint64, error) {
	saved, err := c.l.Regs(c.tid, make([]byte, arch.Native.RegsetSize))
	if err != nil {
		return 0, err
	}
	regs := arch.Native.View(bytes.Clone(saved))
	regs.PrepareSyscall(c.insn, nr, args...)
	after, err := c.l.Remote(c.tid, saved, regs.Raw)
	if err != nil {
		return 0, err
	}
	return arch.Native.View(after).Result(0), nil
}

// memfd makes a memfd in the tracee and returns its descriptor.
func (c *remoteCaller) memfd() (int, error) {
	raw, err := c.l.Regs(c.tid, make([]byte, arch.Native.RegsetSize))
	if err != nil {
		return 0, err
	}
	name := arch.Native.View(raw).SP() - 1024
	if _, err := c.l.Write(c.tid, name, []byte("test\x00")); err != nil {
		return 0, err
	}
	fd, err := c.call(unix.SYS_MEMFD_CREATE, name, unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil || fd > 1000 {
		return 0, fmt.Errorf("memfd_create: %#x, %v", fd, err)
	}
	return int(fd), nil
}

// sleeper starts a process that does nothing, until the end of the test.
func sleeper(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("sleep", "1000")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for !bytes.Contains(commandLine(cmd.Process.Pid), []byte("sleep")) {
		time.Sleep(time.Millisecond)
	}
	return cmd.Process.Pid
}

func commandLine(pid int) []byte {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return b
}

// mapOf maps the memfd of another process.
func mapOf(t *testing.T, pid, fd int) *Shared {
	t.Helper()
	file, err := unix.Open(fmt.Sprintf("/proc/%d/fd/%d", pid, fd), unix.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(file)
	b, err := unix.Mmap(file, 0, testShared, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Munmap(b) })
	return &Shared{bytes: b}
}

// TestShare: memory of a tracee is the same here, can't be made smaller, and a change of its bell
// is heard, until it is given up.
func TestShare(t *testing.T) {
	pid := sleeper(t)
	l := newLinux(t)
	c, err := seizeStopped(l, pid)
	if err != nil {
		t.Fatal(err)
	}
	fd, err := c.memfd()
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Share(pid, fd, testShared, testOwner)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Share(pid, fd, testShared*2, testOwner); err == nil {
		t.Error("shared twice, with another size")
	}
	if got, err := c.call(unix.SYS_FTRUNCATE, uint64(fd), 0); err != nil || syscall.Errno(-got) != syscall.EPERM {
		t.Errorf("ftruncate: %d, %v", int64(got), err)
	}
	theirs := mapOf(t, pid, fd)
	s.Store(4096, 0x1234_5678_9abc_def0)
	if theirs.Load(4096) != 0x1234_5678_9abc_def0 || theirs.Load32(testOwner) != uint32(l.tid) {
		t.Errorf("they have %#x, owner %d", theirs.Load(4096), theirs.Load32(testOwner))
	}
	var rung atomic.Int32
	l.Listen(s, testBell, testWaiting, func() { rung.Add(1) })
	for i := int32(1); i <= 100; i++ {
		theirs.Add32(testBell, 1)
		l.WakeFutex(theirs, testBell)
		for deadline := time.Now().Add(10 * time.Second); rung.Load() < i; time.Sleep(10 * time.Microsecond) {
			if time.Now().After(deadline) {
				t.Fatalf("heard %d of %d", rung.Load(), i)
			}
		}
	}
	if theirs.Load32(testWaiting) != 1 {
		t.Error("nobody says that we wait")
	}
	l.Unshare(s)
	if theirs.Load32(testOwner) != 0 {
		t.Error("it still has an owner")
	}
	if err := l.Detach(pid, 0); err != nil {
		t.Error(err)
	}
}

// ownerEnv makes the test binary an owner of memory of the process that it names.
const ownerEnv = "PLAIT_TEST_OWNER_OF"

// TestOwner: the kernel clears the owner word of each memory when its owner is killed.
func TestOwner(t *testing.T) {
	if pid := os.Getenv(ownerEnv); pid != "" {
		own(t, pid)
		return
	}
	pid := sleeper(t)
	cmd := exec.Command(os.Args[0], "-test.run=^TestOwner$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", ownerEnv, pid))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	var fds [3]int
	var tid uint32
	if _, err := fmt.Sscan(line, &fds[0], &fds[1], &fds[2], &tid); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	var shared []*Shared
	for i, fd := range fds {
		s := mapOf(t, pid, fd)
		if owned := s.Load32(testOwner)&tidMask == tid; owned != (i != 1) { // the second was given up
			t.Errorf("memory %d: owner %#x, not %d", i, s.Load32(testOwner), tid)
		}
		shared = append(shared, s)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for i, s := range shared {
		if s.Load32(testOwner)&tidMask != 0 {
			t.Errorf("memory %d: owner %#x", i, s.Load32(testOwner))
		}
	}
}

// own owns three memories of a process, gives the second one up, and waits to be killed.
func own(t *testing.T, name string) {
	var pid int
	_, _ = fmt.Sscan(name, &pid)
	l := newLinux(t)
	c, err := seizeStopped(l, pid)
	if err != nil {
		t.Fatal(err)
	}
	var all [3]*Shared
	var fds [3]int
	for i := range all {
		if fds[i], err = c.memfd(); err != nil {
			t.Fatal(err)
		}
		if all[i], err = l.Share(pid, fds[i], testShared, testOwner); err != nil {
			t.Fatal(err)
		}
	}
	l.Unshare(all[1])
	fmt.Println(fds[0], fds[1], fds[2], l.tid)
	time.Sleep(time.Minute)
}
