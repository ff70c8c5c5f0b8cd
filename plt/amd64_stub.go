package plt

import (
	"bytes"
	"encoding/binary"
	"slices"

	"plait/arch"
)

// The stubs that linkers make for amd64. A stub begins at a multiple of 8 and jumps
// through its GOT word. Lazy binding code or padding follows up to a multiple of 8:
//
//	         ff 25 rel32 | 68 imm32 | e9 rel32     lazy: bfd, gold, lld
//	         ff 25 rel32 | 66 90                   .plt.got
//	      f2 ff 25 rel32 | 90                      .plt.got, .plt.sec with bnd
//	f3 0f 1e fa f2 ff 25 rel32 | 0f 1f 44 00 00    .plt.sec with endbr64, bnd
//	f3 0f 1e fa    ff 25 rel32 | 66 0f 1f 44 00 00 .plt.sec with endbr64
//	f3 0f 1e fa 41 bb imm32 ff 25 rel32            mold: mov $n,%r11d
//	         4c 8b 1d rel32 | e8 rel32 | ...       lld -z retpolineplt, lazy
//	         4c 8b 1d rel32 | e9 rel32 | cc...     the same with -z now
const stubAlign = 8

var endbr64 = []byte{0xf3, 0x0f, 0x1e, 0xfa}

// maxStubHead is the most bytes before the jump: endbr64, mov, bnd.
const maxStubHead = 4 + 6 + 1

// stubAt recognizes the stub whose jump has its opcode FF 25 at addr; a prefix may come
// before that. It returns the addresses of the stub and of the jump.
func (c *confirmer) stubAt(addr uint64) (start, jump uint64, ok bool) {
	from := addr - min(maxStubHead, addr)
	code := c.insn.bytes(from, addr-from+32)
	if uint64(len(code)) < addr-from+6 {
		// The stub may be the first of its segment.
		from, code = addr, c.insn.bytes(addr, 32)
	}
	head, rest := code[:addr-from], code[addr-from:]
	if len(rest) < 6 || rest[1] != 0x25 && !bytes.HasPrefix(rest, []byte{0xff, 0x24, 0x25}) {
		return 0, 0, false
	}
	jump = addr
	if len(head) > 0 && head[len(head)-1] == 0xf2 {
		head, jump = head[:len(head)-1], jump-1
	}
	for _, start := range stubStarts(head, jump) {
		if start%stubAlign == 0 && stubEnds(rest, addr-start) {
			return start, jump, true
		}
	}
	return 0, 0, false
}

// stubStarts returns the addresses at which the stub may begin, judging by head, the bytes
// before its jump. The lowest address comes first.
func stubStarts(head []byte, jump uint64) []uint64 {
	var starts []uint64
	if n := len(head); n >= 6 && head[n-6] == 0x41 && head[n-5] == 0xbb {
		if bytes.HasSuffix(head[:n-6], endbr64) {
			starts = append(starts, jump-10)
		}
		starts = append(starts, jump-6)
	}
	if bytes.HasSuffix(head, endbr64) {
		starts = append(starts, jump-4)
	}
	return append(starts, jump)
}

// stubEnds reports whether code ends as a stub does. It starts with the jump, which is
// into bytes from the start of the stub.
func stubEnds(code []byte, into uint64) bool {
	for n := 0; len(code) > 0 && n < 16; n++ {
		in, ok := arch.DecodeAMD64(code)
		if !ok || n > 0 && !stubTail(in) {
			return false
		}
		code, into = code[in.Len:], into+uint64(in.Len)
		if into%stubAlign == 0 {
			return true
		}
	}
	return false
}

// stubTail reports whether an instruction may follow the jump of a stub: a push of the
// relocation's index, a jump to the first stub, or padding.
func stubTail(in arch.Insn) bool {
	if in.Map == 1 {
		return in.Op == 0x1f
	}
	return in.Map == 0 && (in.Op == 0x68 || in.Op == 0xe9 || in.Op == 0x90 || in.Op == 0xcc)
}

// A thunk (retpoline) goes to the address in a register without an indirect branch:
//
//	call 1f; 2: pause; lfence; jmp 2b; 1: mov %reg,(%rsp); ret
//
// jumps to %reg and leaves the stack as it was, so calling it is a call through %reg. A
// thunk that begins at the mov replaces the word on top of the stack, so calling it is a
// jump.
type thunk struct {
	reg    int
	inside bool // begins at the mov
}

// maxThunk is the most bytes between the start of a thunk and its mov, which linkers and
// compilers align to 16 bytes by means of int3.
const maxThunk = 64

// thunkAt returns the thunk that begins at addr, if there is one.
func (c *confirmer) thunkAt(addr uint64) (thunk, bool) {
	if i, _ := slices.BinarySearch(c.thunkMoves, addr); i == len(c.thunkMoves) || c.thunkMoves[i]-addr > maxThunk {
		return thunk{}, false
	}
	if t, ok := c.thunks[addr]; ok {
		return t, t.reg >= 0
	}
	t := thunk{reg: -1}
	code := c.insn.bytes(addr, 5)
	if reg, ok := c.moveAndReturn(addr); ok {
		t = thunk{reg, true}
	} else if len(code) == 5 && code[0] == 0xe8 {
		to := addr + 5 + uint64(int64(int32(binary.LittleEndian.Uint32(code[1:]))))
		if reg, ok := c.moveAndReturn(to); ok && to > addr && to-addr <= maxThunk {
			t = thunk{reg, false}
		}
	}
	c.thunks[addr] = t
	return t, t.reg >= 0
}

// moveAndReturn recognizes mov %reg,(%rsp); ret: 48|4c 89 modrm(00 reg 100) 24 c3.
func (c *confirmer) moveAndReturn(addr uint64) (reg int, ok bool) {
	b := c.insn.bytes(addr, 5)
	if len(b) < 5 || b[0]&^4 != 0x48 || b[1] != 0x89 || b[2]&0xc7 != 4 || b[3] != 0x24 || b[4] != 0xc3 {
		return 0, false
	}
	return int(b[2]>>3&7) | int(b[0]&4)<<1, true
}
