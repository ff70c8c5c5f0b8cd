package tracer

import (
	"encoding/binary"
	"slices"

	"plait/elf"
	"plait/inject"
	"plait/ptrace"
)

// A seccomp filter (seccomp(2)) in the tracee lets the system calls that nobody
// wants to see pass without a stop. It cannot be taken back, and where no tracer
// is the calls it names fail; so it is installed only in what was launched, and
// if its children are followed or it shows no sign that it will have any. Should
// there be some all the same, they are kept as tracees, in silence.

// Constants of seccomp(2) and of its instruction set (linux/filter.h).
const (
	prSetSeccomp   = 22
	noSuchCall     = ^uint64(0)
	setModeFilter  = 1
	seccompTrace   = 0x7ff00000 | filterData
	seccompAllow   = 0x7fff0000
	bpfLoadWord    = 0x20 // ld [k]
	bpfJumpEqual   = 0x15
	bpfJumpGreater = 0x25
	bpfJumpAtLeast = 0x35
	bpfReturn      = 0x06

	filterData = 0x706c // by which our filter's stops are told from those of the program's own

	dataNr   = 0 // offsets in struct seccomp_data
	dataArch = 4
)

// An insn is one instruction of the filter (struct sock_filter).
type insn struct {
	code   uint16
	jt, jf uint8
	k      uint32
}

// strange is above all numbers that a set may name. All from there on stop: those
// of x32 (__X32_SYSCALL_BIT), and those that no table has.
const strange = 1 << 12

// A span is a range of system-call numbers, both ends included.
type span struct{ lo, hi uint32 }

// spans joins numbers to ranges.
func spans(numbers []uint64) []span {
	slices.Sort(numbers)
	var all []span
	for _, n := range numbers {
		if n >= strange {
			break
		}
		if last := len(all) - 1; last >= 0 && uint32(n) <= all[last].hi+1 {
			all[last].hi = uint32(n)
			continue
		}
		all = append(all, span{uint32(n), uint32(n)})
	}
	return all
}

// filterFor is a filter that stops at the calls of the numbers, and at all that
// are made in another ABI: those the tracer judges itself.
//
//	    ld arch;  jne native, trace
//	    ld nr;    jge 2^30 (x32), trace
//	for each span:
//	    jgt hi, next;  jge lo, trace, else allow
//	    allow
//	    trace
func filterFor(audit uint32, numbers []uint64) []insn {
	prog := []insn{
		{code: bpfLoadWord, k: dataArch},
		{code: bpfJumpEqual, jt: 1, k: audit},
		{code: bpfReturn, k: seccompTrace},
		{code: bpfLoadWord, k: dataNr},
		{code: bpfJumpAtLeast, jf: 1, k: strange},
		{code: bpfReturn, k: seccompTrace},
	}
	for _, s := range spans(numbers) {
		prog = append(prog,
			insn{code: bpfJumpGreater, jt: 3, k: s.hi},
			insn{code: bpfJumpAtLeast, jf: 1, k: s.lo},
			insn{code: bpfReturn, k: seccompTrace},
			insn{code: bpfReturn, k: seccompAllow})
	}
	return append(prog, insn{code: bpfReturn, k: seccompAllow})
}

// maxFilter is BPF_MAXINSNS.
const maxFilter = 4096

// install puts the filter for the calls that are shown into a tracee that has
// just been launched. Where that fails all calls stop, as without it.
func (t *Tracer) install(tr *tracee) {
	if !t.Syscalls || t.Calls == nil || t.DetachOnExec || t.CallLimit > 0 || !t.Follow && t.mayFork(tr) {
		return
	}
	if slices.ContainsFunc(t.Tampering, func(in inject.Injection) bool { return in.Signal != 0 }) {
		return // no signal can be sent from a stop of a filter
	}
	nr := &t.arch.Calls
	prog := filterFor(t.arch.Audit, append(t.Calls.Numbers(), nr.Seccomp, nr.Prctl, nr.Clone, nr.Clone3))
	if native, err := t.loadRegs(tr); err != nil || !native || len(prog) > maxFilter {
		return
	}
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil || t.Kernel.SetOptions(tr.tid, ptrace.Options{ExitKill: true, Seccomp: true}) != nil {
		return
	}
	fprog, code := t.encode(prog, tr.regs.SP())
	if _, err := t.Kernel.Write(tr.tid, fprog, code); err != nil {
		return
	}
	got, err := t.remote(tr, maps, nr.Seccomp, setModeFilter, 0, fprog)
	if tr.filtered = err == nil && got == 0; tr.filtered {
		tr.space.filters++
	}
}

// forks are the functions by which a program makes processes.
var forks = []string{
	"fork", "vfork", "_Fork", "__fork", "clone", "__clone", "posix_spawn", "posix_spawnp", "system", "popen",
	"daemon", "forkpty", "wordexp",
}

// mayFork tells whether a program imports one of forks, or is one of which that
// cannot be known.
func (t *Tracer) mayFork(tr *tracee) bool {
	f, err := t.files.Open(t.Kernel.OpenExe(tr.tid))
	if err != nil || !f.Native() || f.Static() {
		return true
	}
	imports, err := f.Relocations()
	return err != nil || slices.ContainsFunc(imports, func(r elf.Relocation) bool {
		return slices.Contains(forks, r.Symbol.Name)
	})
}

// encode lays out struct sock_fprog and the program behind it, below the stack
// pointer of an image that has not run yet, and returns where.
func (t *Tracer) encode(prog []insn, sp uint64) (addr uint64, b []byte) {
	const header = 16
	addr = (sp - 256 - header - uint64(8*len(prog))) &^ 15
	b = binary.LittleEndian.AppendUint64(b, uint64(len(prog)))
	b = binary.LittleEndian.AppendUint64(b, addr+header)
	for _, i := range prog {
		b = binary.LittleEndian.AppendUint16(b, i.code)
		b = append(b, i.jt, i.jf)
		b = binary.LittleEndian.AppendUint32(b, i.k)
	}
	return addr, b
}

// seccomp handles the stop of a call that the filter chose: it is the entry.
func (t *Tracer) seccomp(tr *tracee) (ptrace.Restart, error) {
	info, err := t.Kernel.Syscall(tr.tid)
	if err != nil {
		return ptrace.Restart{}, err
	}
	info.IP = tr.space.ownAddr(info.IP)
	if info.Data != filterData { // by the program's own, for a tracer that it has not got: ENOSYS
		return t.onward(tr), t.Kernel.SetCall(tr.tid, noSuchCall)
	}
	if !tr.shown || tr.sandboxed { // seen at the syscall-stop before
		err = t.claim(tr, &info)
		return t.onward(tr), err
	}
	if t.confines(&info) || t.Modes && t.tableOf(info.Arch).ABI(info.Nr) != "" {
		t.sandbox(tr) // where conventions change, all calls tell
	}
	if err = t.enterSyscall(tr, &info); err == nil {
		err = t.claim(tr, &info)
	}
	return t.afterSyscall(tr), err
}

// confines tells a call by which a program installs a filter of its own. Calls
// that this one forbids end without a stop of ours.
func (t *Tracer) confines(info *ptrace.SyscallInfo) bool {
	nr := &t.arch.Calls
	return info.Arch == t.arch.Audit && (info.Nr == nr.Seccomp || info.Nr == nr.Prctl && info.Args[0] == prSetSeccomp)
}

// sandbox makes all calls of a process stop from now on, as without our filter.
func (t *Tracer) sandbox(tr *tracee) {
	for _, other := range t.tracees {
		if other.pid == tr.pid {
			other.sandboxed = true
		}
	}
}
