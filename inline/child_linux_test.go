package inline

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"plait/arch"
	"plait/ring"
)

// Where things are in the child.
const (
	childCode = 0x1000_0000   // its own two instructions
	ownAt     = 0x1_0000_0000 // the code whose calls are caught
	oursAt    = 0x1_1000_0000 // thunks at calls, and the hand-over routine
	stackAt   = 0x1_2000_0000
	areaAt    = 0x1_3000_0000 // and thread-local data
	textAt    = 0x1_4000_0000 // two pages; behind them is nothing
	arenaAt   = 0x2_0000_0000
	arenaSize = ring.Rings + ring.RingSize
	ringAt    = arenaAt + ring.Rings
	threadAt  = areaAt + 0x800
	targetAt  = ownAt + 0xf00 // what a slot's word leads to
	siteAt    = ownAt + 0x100
)

// Registers in struct user_regs_struct that arch does not name.
const (
	fsBase = 8 * 21
	gsBase = 8 * 22
)

// A child is a process that does nothing of its own, under ptrace. Its arena is in shared.
type child struct {
	t      testing.TB
	pid    int
	mem    *os.File
	shared []byte

	table       *Table // of a loop
	interrupted bool   // signals come
	start       arch.Regs
}

// elfFile is a program with two instructions: a system call and a breakpoint.
func elfFile() []byte {
	b := make([]byte, 120, 123)
	copy(b, "\x7fELF\x02\x01\x01")
	le := binary.LittleEndian
	le.PutUint16(b[16:], 2)             // ET_EXEC
	le.PutUint16(b[18:], 62)            // EM_X86_64
	le.PutUint32(b[20:], 1)             // EV_CURRENT
	le.PutUint64(b[24:], childCode+120) // e_entry
	le.PutUint64(b[32:], 64)            // e_phoff
	le.PutUint16(b[52:], 64)            // e_ehsize
	le.PutUint16(b[54:], 56)            // e_phentsize
	le.PutUint16(b[56:], 1)             // e_phnum
	le.PutUint32(b[64:], 1)             // PT_LOAD
	le.PutUint32(b[68:], 5)             // PF_R | PF_X
	le.PutUint64(b[80:], childCode)     // p_vaddr
	le.PutUint64(b[96:], 123)           // p_filesz
	le.PutUint64(b[104:], 123)          // p_memsz
	le.PutUint64(b[112:], pageSize)     // p_align
	return append(b, 0x0f, 0x05, 0xcc)
}

// newChild starts a child and maps its memory. The calling goroutine must stay on its thread.
func newChild(t testing.TB) *child {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		t.Skip("runs amd64 code")
	}
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	fd, err := unix.MemfdCreate("arena", unix.MFD_CLOEXEC)
	must(t, err)
	file := os.NewFile(uintptr(fd), "arena")
	defer file.Close()
	must(t, file.Truncate(arenaSize))
	shared, err := unix.Mmap(fd, 0, arenaSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	must(t, err)
	t.Cleanup(func() { unix.Munmap(shared) })

	path := filepath.Join(t.TempDir(), "child")
	must(t, os.WriteFile(path, elfFile(), 0o700))
	cmd := exec.Command(path)
	cmd.ExtraFiles = []*os.File{file}
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true, Pdeathsig: syscall.SIGKILL}
	must(t, cmd.Start())
	c := &child{t: t, pid: cmd.Process.Pid, shared: shared}
	t.Cleanup(func() { cmd.Process.Kill(); unix.Wait4(c.pid, nil, unix.WALL, nil) })
	if sig := c.wait(); sig != unix.SIGTRAP {
		t.Fatal(sig)
	}
	c.mem, err = os.OpenFile("/proc/"+strconv.Itoa(c.pid)+"/mem", os.O_RDWR, 0)
	must(t, err)
	t.Cleanup(func() { c.mem.Close() })
	c.start = c.regs()
	const private = unix.MAP_PRIVATE | unix.MAP_ANONYMOUS
	c.mmap(ownAt, pageSize, unix.PROT_READ|unix.PROT_EXEC, private, -1)
	c.mmap(oursAt, 16*pageSize, unix.PROT_READ|unix.PROT_EXEC, private, -1)
	c.mmap(stackAt, 2*pageSize, unix.PROT_READ|unix.PROT_WRITE, private, -1)
	c.mmap(areaAt, pageSize, unix.PROT_READ|unix.PROT_WRITE, private, -1)
	c.mmap(textAt, 2*pageSize, unix.PROT_READ|unix.PROT_WRITE, private, -1)
	c.mmap(arenaAt, arenaSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED, 3)
	return c
}

// mmap has the child map memory at addr.
func (c *child) mmap(addr, size uint64, prot, flags, fd int) {
	c.t.Helper()
	got := c.call(unix.SYS_MMAP, addr, size, uint64(prot), uint64(flags|unix.MAP_FIXED), uint64(fd), 0)
	if got != addr {
		c.t.Fatalf("mmap(%#x) = %#x", addr, got)
	}
}

// call has the child make a system call.
func (c *child) call(nr uint64, args ...uint64) uint64 {
	c.t.Helper()
	r := c.copyOf(c.start)
	r.PrepareSyscall(childCode+120, nr, args...)
	c.setRegs(r)
	if sig := c.step(); sig != unix.SIGTRAP {
		c.t.Fatal(sig)
	}
	return c.regs().Result(0)
}

func (c *child) copyOf(r arch.Regs) arch.Regs {
	return arch.AMD64.View(append([]byte(nil), r.Raw...))
}

// ptrace(2) requests that unix has no function for that all processors have.
const (
	getRegs   = 12
	setRegs   = 13
	getFPRegs = 14
)

func (c *child) ptrace(request uintptr, data []byte) {
	c.t.Helper()
	if _, _, errno := unix.Syscall6(unix.SYS_PTRACE, request, uintptr(c.pid), 0, uintptr(unsafe.Pointer(&data[0])), 0, 0); errno != 0 {
		c.t.Fatalf("ptrace(%d): %v", request, errno)
	}
}

func (c *child) regs() arch.Regs {
	r := arch.AMD64.View(make([]byte, arch.AMD64.RegsetSize))
	c.ptrace(getRegs, r.Raw)
	return r
}

func (c *child) setRegs(r arch.Regs) { c.ptrace(setRegs, r.Raw) }

// vectors returns the x87 and vector registers.
func (c *child) vectors() []byte {
	b := make([]byte, 512)
	c.ptrace(getFPRegs, b)
	return b
}

// wait waits for the child's next stop and returns its signal.
func (c *child) wait() unix.Signal {
	c.t.Helper()
	var status unix.WaitStatus
	_, err := unix.Wait4(c.pid, &status, unix.WALL, nil)
	must(c.t, err)
	if !status.Stopped() {
		c.t.Fatalf("the child has ended: %#x", status)
	}
	return status.StopSignal()
}

// step runs one instruction.
func (c *child) step() unix.Signal {
	c.t.Helper()
	must(c.t, unix.PtraceSingleStep(c.pid))
	return c.wait()
}

// run runs to the next signal.
func (c *child) run() unix.Signal {
	c.t.Helper()
	must(c.t, unix.PtraceCont(c.pid, 0))
	defer time.AfterFunc(10*time.Second, func() { unix.Kill(c.pid, unix.SIGKILL) }).Stop()
	return c.wait()
}

// Read and Write make it a Memory.
func (c *child) Read(addr uint64, b []byte) error {
	_, err := c.mem.ReadAt(b, int64(addr))
	return err
}

func (c *child) Write(addr uint64, b []byte) error {
	_, err := c.mem.WriteAt(b, int64(addr))
	return err
}

func (c *child) bytes(addr uint64, n int) []byte {
	c.t.Helper()
	b := make([]byte, n)
	must(c.t, c.Read(addr, b))
	return b
}

func (c *child) put(addr uint64, b []byte) {
	c.t.Helper()
	must(c.t, c.Write(addr, b))
}

func (c *child) word(addr uint64) uint64 { return binary.LittleEndian.Uint64(c.bytes(addr, 8)) }

func (c *child) putWord(addr, word uint64) {
	c.t.Helper()
	c.put(addr, binary.LittleEndian.AppendUint64(nil, word))
}

func (c *child) store(stores []Store) {
	c.t.Helper()
	for _, s := range stores {
		c.putWord(s.Addr, s.Word)
	}
}

// header is the header of the ring.
func (c *child) header() []byte { return c.shared[ring.Rings:] }

func (c *child) inRing(offset int) uint64 {
	return binary.LittleEndian.Uint64(c.header()[offset:])
}

func (c *child) putRing(offset int, word uint64) {
	binary.LittleEndian.PutUint64(c.header()[offset:], word)
}

// turn wakes a waiting thread, as plait does.
func (c *child) turn() { c.putRing(ring.Turn, c.inRing(ring.Turn)+1) }

func (c *child) putOwner(v uint32) { binary.LittleEndian.PutUint32(c.shared[ring.Owner:], v) }

func (c *child) putWaiting(v uint32) { binary.LittleEndian.PutUint32(c.shared[ring.Waiting:], v) }

// known is the table of known return addresses.
func (c *child) known() ring.Known { return ring.Known(c.shared[ring.Table:][:ring.TableSize]) }
