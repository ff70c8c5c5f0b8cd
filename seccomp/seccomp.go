package seccomp

import (
	"encoding/binary"
	"slices"
)

// Data is the SECCOMP_RET_DATA of a stop that one of these filters causes. It
// distinguishes such a stop from those of the program's own filters.
const Data = 0x706c

// Constants of seccomp(2) and of its instruction set (linux/filter.h).
const (
	trace       = 0x7ff00000 | Data
	allow       = 0x7fff0000
	loadWord    = 0x20 // ld [k]
	jumpEqual   = 0x15
	jumpGreater = 0x25
	jumpAtLeast = 0x35
	result      = 0x06

	dataNr   = 0 // offsets in struct seccomp_data
	dataArch = 4

	maxLen = 4096 // BPF_MAXINSNS
)

// An insn is one instruction of the filter (struct sock_filter).
type insn struct {
	code   uint16
	jt, jf uint8
	k      uint32
}

// firstUnknown is above every number that a set may name. Calls from there on always
// stop: those of x32 (__X32_SYSCALL_BIT), and those that are in no table.
const firstUnknown = 1 << 12

// A Program is a filter: instructions of classic BPF, with jumps relative to the next.
type Program []insn

// A span is a range of system-call numbers, both ends included.
type span struct{ lo, hi uint32 }

// spans sorts numbers and joins them into ranges.
func spans(numbers []uint64) []span {
	slices.Sort(numbers)
	var all []span
	for _, n := range numbers {
		if n >= firstUnknown {
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

// For returns the filter that stops at the calls of numbers, and at every call that is
// not made by the convention of audit (AUDIT_ARCH_*, linux/audit.h) or has no known
// number. The tracer decides about those itself. All other calls are allowed.
//
//	    ld arch;  jne audit, trace
//	    ld nr;    jge firstUnknown, trace
//	for each span:
//	    jgt hi, next;  jge lo, trace, else allow
//	    trace
//	    allow
//	next:
//	    ...
//	    allow
func For(audit uint32, numbers []uint64) Program {
	prog := Program{
		{code: loadWord, k: dataArch},
		{code: jumpEqual, jt: 1, k: audit},
		{code: result, k: trace},
		{code: loadWord, k: dataNr},
		{code: jumpAtLeast, jf: 1, k: firstUnknown},
		{code: result, k: trace},
	}
	for _, s := range spans(numbers) {
		prog = append(prog,
			insn{code: jumpGreater, jt: 3, k: s.hi},
			insn{code: jumpAtLeast, jf: 1, k: s.lo},
			insn{code: result, k: trace},
			insn{code: result, k: allow})
	}
	return append(prog, insn{code: result, k: allow})
}

// TooLong reports whether the filter has more instructions than the kernel accepts
// (BPF_MAXINSNS).
func (prog Program) TooLong() bool { return len(prog) > maxLen }

// Encode returns struct sock_fprog followed by the program, and the address to write them
// to: below the stack pointer sp of an image that has not run yet.
func (prog Program) Encode(sp uint64) (addr uint64, b []byte) {
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
