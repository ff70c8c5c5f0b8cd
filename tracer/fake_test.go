package tracer

import (
	"encoding/binary"
	"fmt"
	"os"

	"plait/arch"
	"plait/objects"
	"plait/ptrace"
	"plait/syscalls"
)

// A fakeKernel answers as its script says. All threads of a script share one memory,
// because these tests do not cover what is planted in a forked child.
type fakeKernel struct {
	script  *script
	memory  map[uint64]byte
	regs    map[int][]byte
	maps    []ptrace.Mapping
	parents map[int]int // thread -> process
	shares  map[int]bool
	ended   map[int]bool // Wait has not reported their end yet
	info    ptrace.SyscallInfo
	files   map[int]string // of every thread
	gone    bool           // the thread that stopped has died
	inside  uint64         // system call of a thread when it is attached
	trap    bool           // the last stop was by INT3
}

// scriptRegs are the offsets in user_regs_struct of the registers that scripts name.
var scriptRegs = map[string]int{
	"r11": 6 * 8, "r10": 7 * 8, "r9": 8 * 8, "r8": 9 * 8, "rax": 10 * 8, "rcx": 11 * 8, "rdx": 12 * 8, "rsi": 13 * 8, "rdi": 14 * 8,
	"pc": 16 * 8, "sp": 19 * 8,
}

func (k *fakeKernel) set(tid int, reg string, v uint64) {
	off, ok := scriptRegs[reg]
	if !ok {
		k.script.t.Fatalf("unknown register %s", reg)
	}
	if k.regs[tid] == nil {
		k.regs[tid] = make([]byte, 27*8)
	}
	binary.LittleEndian.PutUint64(k.regs[tid][off:], v)
}

func (k *fakeKernel) get(tid int, reg string) uint64 {
	return binary.LittleEndian.Uint64(k.regs[tid][scriptRegs[reg]:])
}

func (k *fakeKernel) args(tid int) (a [6]uint64) {
	for i, reg := range []string{"rdi", "rsi", "rdx", "r10", "r8", "r9"} {
		a[i] = k.get(tid, reg)
	}
	return a
}

func (k *fakeKernel) poke(addr uint64, b []byte) {
	for i, c := range b {
		k.memory[addr+uint64(i)] = c
	}
}

func (k *fakeKernel) born(parent, child int, how string) {
	k.parents[child] = child
	if how == "thread" {
		k.parents[child] = k.Process(parent)
	}
	if k.shares == nil {
		k.shares = map[int]bool{}
	}
	k.shares[child] = how != "fork"
	k.regs[child] = append([]byte(nil), k.regs[parent]...)
}

func (k *fakeKernel) note(format string, args ...any) {
	fmt.Fprintf(&k.script.out, "    "+format+"\n", args...)
}

// Restart records how a thread is restarted, and where it continues if the tracer moved
// it.
func (k *fakeKernel) Restart(tid int, how ptrace.Restart) error {
	name := map[ptrace.RestartOp]string{ptrace.Cont: "cont", ptrace.ToSyscall: "syscall", ptrace.SingleStep: "step", ptrace.Listen: "listen"}[how.Op]
	if how.Op == ptrace.Hold {
		return nil
	}
	text := fmt.Sprintf("-> %d %s", tid, name)
	if how.Signal != 0 {
		text += fmt.Sprintf(" signal %d", how.Signal)
	}
	if k.regs[tid] != nil {
		text += fmt.Sprintf(" at %#x", k.get(tid, "pc"))
	}
	k.note("%s", text)
	return nil
}

func (k *fakeKernel) Detach(tid, sig int) error {
	k.note("-> %d detach signal %d", tid, sig)
	return nil
}

func (k *fakeKernel) Wait() (ptrace.Stop, error)                       { return ptrace.Stop{}, ptrace.ErrNone }
func (k *fakeKernel) Wake()                                            {}
func (k *fakeKernel) Alarm()                                           {}
func (k *fakeKernel) Ticks() uint64                                    { return 0 }
func (k *fakeKernel) Share(int, int, int, int) (*ptrace.Shared, error) { return nil, errScript }
func (k *fakeKernel) Listen(*ptrace.Shared, int, int, func())          {}
func (k *fakeKernel) Unshare(*ptrace.Shared)                           {}
func (k *fakeKernel) WakeFutex(*ptrace.Shared, int)                    {}
func (k *fakeKernel) Launch(ptrace.Command) (int, error)               { return 0, errScript }
func (k *fakeKernel) SetOptions(int, ptrace.Options) error             { return errScript }
func (k *fakeKernel) SetFPRegs(int, []byte) error                      { return errScript }
func (k *fakeKernel) SetSiginfo(tid int, b []byte) error {
	addr, _ := syscalls.FaultAddr(int(binary.LittleEndian.Uint32(b)), b)
	k.note("-> %d raised at %#x", tid, addr)
	return nil
}
func (k *fakeKernel) SigMask(int) (uint64, error)                { return 0, errScript }
func (k *fakeKernel) SetSigMask(int, uint64) error               { return errScript }
func (k *fakeKernel) Signals(int) (ptrace.SignalSets, error)     { return ptrace.SignalSets{}, errScript }
func (k *fakeKernel) TraceExit()                                 {}
func (k *fakeKernel) MeasureCPU()                                {}
func (k *fakeKernel) BlockedSyscall(int) (uint64, bool)          { return k.inside, k.inside != 0 }
func (k *fakeKernel) Namespace(tid int, kind string) string      { return fmt.Sprintf("%s:[%d]", kind, tid) }
func (k *fakeKernel) Seize(int) error                            { return nil }
func (k *fakeKernel) Interrupt(tid int) error                    { k.note("interrupt %d", tid); return nil }
func (k *fakeKernel) FPRegs(int, []byte) ([]byte, error)         { return nil, errScript }
func (k *fakeKernel) Remote(int, []byte, []byte) ([]byte, error) { return nil, errScript }
func (k *fakeKernel) Auxv(int) (ptrace.Auxv, error)              { return ptrace.Auxv{}, errScript }
func (k *fakeKernel) Maps(int) ([]ptrace.Mapping, error)         { return k.maps, nil }
func (k *fakeKernel) OpenMapped(int, ptrace.Mapping) (*os.File, ptrace.Identity, error) {
	return nil, ptrace.Identity{}, errScript
}
func (k *fakeKernel) OpenExe(int) (*os.File, ptrace.Identity, error) {
	return nil, ptrace.Identity{}, errScript
}
func (k *fakeKernel) Open(string) (*os.File, ptrace.Identity, error) {
	return nil, ptrace.Identity{}, errScript
}
func (k *fakeKernel) Exe(int) string       { return "main" }
func (k *fakeKernel) Link(int, int) string { return "" }
func (k *fakeKernel) File(_, fd int, _ ptrace.Wants) (ptrace.File, error) {
	if name := k.files[fd]; name != "" {
		return ptrace.File{Target: name}, nil
	}
	return ptrace.File{}, errScript
}
func (k *fakeKernel) Comm(int) string              { return "" }
func (k *fakeKernel) TranslatePID(_, num int) int  { return num }
func (k *fakeKernel) Threads(int) ([]int, error)   { return nil, nil }
func (k *fakeKernel) Ended(tid int) bool           { return k.ended[tid] }
func (k *fakeKernel) Pending(int, int) bool        { return false }
func (k *fakeKernel) Filters(int) (int, bool)      { return 0, false }
func (k *fakeKernel) SharesMemory(tid, _ int) bool { return k.shares[tid] }

func (k *fakeKernel) Process(tid int) int {
	if p := k.parents[tid]; p != 0 {
		return p
	}
	return tid
}

func (k *fakeKernel) Syscall(int) (ptrace.SyscallInfo, error) {
	if k.gone {
		return ptrace.SyscallInfo{}, ptrace.ErrGone
	}
	return k.info, nil
}

// SetCall and SetResult record their calls.
func (k *fakeKernel) SetCall(tid int, nr uint64) error {
	k.note("-> %d calls %d", tid, int64(nr))
	return nil
}

func (k *fakeKernel) SetResult(tid int, result uint64) error {
	k.note("-> %d returns %d", tid, int64(result))
	return nil
}

func (k *fakeKernel) Regs(tid int, b []byte) ([]byte, error) {
	return b[:copy(b, k.regs[tid])], nil
}

func (k *fakeKernel) SetRegs(tid int, b []byte) error {
	k.regs[tid] = append(k.regs[tid][:0], b...)
	return nil
}

func (k *fakeKernel) Read(_ int, addr uint64, b []byte) (int, error) {
	for i := range b {
		c, ok := k.memory[addr+uint64(i)]
		if !ok && !k.inCode(addr+uint64(i)) {
			return i, errScript
		}
		b[i] = c
	}
	return len(b), nil
}

func (k *fakeKernel) inCode(addr uint64) bool {
	at := objects.MappingAt(k.maps, addr)
	return at >= 0
}

func (k *fakeKernel) ReadParts(tid int, parts []ptrace.Part) (n int, err error) {
	return readParts(k.Read, tid, parts)
}

// readParts reads parts one by one.
func readParts(read func(tid int, addr uint64, b []byte) (int, error), tid int, parts []ptrace.Part) (n int, err error) {
	for _, p := range parts {
		got, err := read(tid, p.Addr, p.B)
		n += got
		if err != nil {
			break
		}
	}
	return n, nil
}

func (k *fakeKernel) Write(_ int, addr uint64, b []byte) (int, error) {
	k.poke(addr, b)
	return len(b), nil
}

func (k *fakeKernel) Store(_ int, addr, word uint64) error {
	k.poke(addr, binary.LittleEndian.AppendUint64(nil, word))
	return nil
}

// Siginfo says SI_KERNEL for a trap, as of INT3, and SI_USER for other signals.
func (k *fakeKernel) Siginfo(int) ([]byte, error) {
	b := make([]byte, 128)
	if k.trap {
		binary.LittleEndian.PutUint32(b[8:], arch.AMD64.TrapCode)
	}
	return b, nil
}
