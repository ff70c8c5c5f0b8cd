package seccomp

import (
	"encoding/binary"
	"slices"
)

// Data is what a stop of such a filter carries (SECCOMP_RET_DATA), by which it is told
// from those of the program's own.
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

// strange is above all numbers that a set may name. All from there on stop: those
// of x32 (__X32_SYSCALL_BIT), and those that no table has.
const strange = 1 << 12

// A Program is a filter.
type Program []insn

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

// For is a filter that stops at the calls of the numbers, and at all that are
// made by another convention than that of the audit number: those the tracer judges
// itself.
//
//	    ld arch;  jne native, trace
//	    ld nr;    jge 2^30 (x32), trace
//	for each span:
//	    jgt hi, next;  jge lo, trace, else allow
//	    allow
//	    trace
func For(audit uint32, numbers []uint64) Program {
	prog := Program{
		{code: loadWord, k: dataArch},
		{code: jumpEqual, jt: 1, k: audit},
		{code: result, k: trace},
		{code: loadWord, k: dataNr},
		{code: jumpAtLeast, jf: 1, k: strange},
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

// TooLong tells whether the kernel would not take the filter.
func (prog Program) TooLong() bool { return len(prog) > maxLen }

// Encode lays out struct sock_fprog and the program behind it, below the stack pointer
// of an image that has not run yet, and returns where.
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
