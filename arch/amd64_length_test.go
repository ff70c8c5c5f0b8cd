package arch

import (
	"bufio"
	"encoding/hex"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"plait/bound"
)

func TestDecodeAMD64(t *testing.T) {
	tests := []struct {
		asm, code   string
		length      int // 0: no instruction
		rip, immOff int // immOff 0: none
		flow        Flow
	}{
		{"nop", "90", 1, -1, 0, FlowNext},
		{"endbr64", "f30f1efa", 4, -1, 0, FlowNext},
		{"ret", "c3cc", 1, -1, 0, FlowReturn},
		{"bnd ret", "f2c3", 2, -1, 0, FlowReturn},
		{"ret $8", "c20800", 3, -1, 1, FlowReturn},
		{"call rel32", "e800000000", 5, -1, 1, FlowCall},
		{"bnd jmp rel32", "f2e900000000", 6, -1, 2, FlowJump},
		{"data16 rex.W call rel32 (TLS)", "666648e800000000", 8, -1, 4, FlowCall},
		{"data16 jmp: AMD and Intel differ", "66e900000000", 0, 0, 0, 0},
		{"jmp rel8", "ebfe", 2, -1, 1, FlowJump},
		{"jne rel8", "7500", 2, -1, 1, FlowBranch},
		{"jne rel32", "0f8500000000", 6, -1, 2, FlowBranch},
		{"jrcxz", "e300", 2, -1, 1, FlowBranch},
		{"xbegin", "c7f800000000", 6, -1, 2, FlowBranch},
		{"xabort", "c6f801", 3, -1, 2, FlowNext},
		{"jmp *d(%rip)", "ff2500000000", 6, 2, 0, FlowIndirectJump},
		{"bnd jmp *d(%rip)", "f2ff2500000000", 7, 3, 0, FlowIndirectJump},
		{"call *d(%rip)", "ff1500000000", 6, 2, 0, FlowIndirectCall},
		{"addr32 call *d(%eip)", "67ff1500000000", 7, 3, 0, FlowIndirectCall},
		{"rex.W jmp *d(%rip)", "48ff2500000000", 7, 3, 0, FlowIndirectJump},
		{"jmp *abs32", "ff242500000000", 7, -1, 0, FlowIndirectJump},
		{"call *%rax", "ffd0", 2, -1, 0, FlowIndirectCall},
		{"notrack jmp *%r11", "3e41ffe3", 4, -1, 0, FlowIndirectJump},
		{"call far", "ff1d00000000", 6, 2, 0, FlowFar},
		{"push *d(%rip)", "ff3500000000", 6, 2, 0, FlowNext},
		{"FF /7", "fff8", 0, 0, 0, 0},
		{"mov d(%rip),%r11", "4c8b1d00000000", 7, 3, 0, FlowNext},
		{"mov $imm32,%r11d", "41bb00000000", 6, -1, 2, FlowNext},
		{"movabs $imm64,%rax", "48b80000000000000000", 10, -1, 2, FlowNext},
		{"mov $imm16,%ax", "66b80000", 4, -1, 2, FlowNext},
		{"movabs moffs,%al", "a00000000000000000", 9, -1, 1, FlowNext},
		{"addr32 mov moffs", "67a000000000", 6, -1, 2, FlowNext},
		{"cmpb $imm8,d(%rip)", "803d0000000000", 7, 2, 6, FlowNext},
		{"movl $imm32,d(%rip)", "c7050000000000000000", 10, 2, 6, FlowNext},
		{"movw $imm16,8(%rsp)", "66c744240800 00", 7, -1, 5, FlowNext},
		{"test $imm8,%al in F6", "f6c001", 3, -1, 2, FlowNext},
		{"test $imm32 in F7", "f7c000000000", 6, -1, 2, FlowNext},
		{"neg %rax", "48f7d8", 3, -1, 0, FlowNext},
		{"enter", "c8000000", 4, -1, 1, FlowNext},
		{"rex before 66 has no effect", "4866b80000", 5, -1, 3, FlowNext},
		{"nopw cs:0(%rax,%rax)", "662e0f1f840000000000", 10, -1, 0, FlowNext},
		{"mov 0(,%riz,1)", "8b042500000000", 7, -1, 0, FlowNext},
		{"mov %cr0: mod ignored", "0f2000", 3, -1, 0, FlowNext},
		{"pshufd", "660f70c000", 5, -1, 4, FlowNext},
		{"pshufb", "660f3800c0", 5, -1, 0, FlowNext},
		{"palignr d(%rip)", "660f3a0f050000000000", 10, 5, 9, FlowNext},
		{"insertq (SSE4a)", "f20f78c00102", 6, -1, 4, FlowNext},
		{"3DNow! pfadd", "0f0fc09e", 4, -1, 3, FlowNext},
		{"vzeroupper", "c5f877", 3, -1, 0, FlowNext},
		{"vmovdqa d(%rip)", "c5f96f0500000000", 8, 4, 0, FlowNext},
		{"vpalignr", "c4e3690fc001", 6, -1, 5, FlowNext},
		{"vpshufb", "c4e26900c0", 5, -1, 0, FlowNext},
		{"vmovdqu64 (EVEX, disp8)", "62f1fe486f4001", 7, -1, 0, FlowNext},
		{"vpternlogd (EVEX)", "62f3754825c0ff", 7, -1, 6, FlowNext},
		{"66 before VEX", "66c5f877", 0, 0, 0, 0},
		{"REX before VEX", "48c5f877", 0, 0, 0, 0},
		{"vpermil2 (XOP)", "8fe878a2c0f0", 6, -1, 5, FlowNext},
		{"bextr (XOP, imm32)", "8fea7810c000000000", 9, -1, 5, FlowNext},
		{"pop (%rax)", "8f00", 2, -1, 0, FlowNext},
		{"8F /1 is neither", "8f4800", 0, 0, 0, 0},
		{"popcnt", "f30fb8c0", 4, -1, 0, FlowNext},
		{"0FB8 without F3", "0fb8c0", 0, 0, 0, 0},
		{"syscall", "0f05", 2, -1, 0, FlowSystem},
		{"int3", "cc", 1, -1, 0, FlowStop},
		{"ud2", "0f0b", 2, -1, 0, FlowStop},
		{"ud1", "0fb900", 3, -1, 0, FlowStop},
		{"push %es", "06", 0, 0, 0, 0},
		{"nothing", "", 0, 0, 0, 0},
		{"prefixes only", "66666666", 0, 0, 0, 0},
		{"16 bytes", "66666666666666666666662e0f1f4000", 0, 0, 0, 0},
		{"15 bytes", "6666666666666666662e0f1f440000", 15, -1, 0, FlowNext},
		{"cut in ModRM", "ff", 0, 0, 0, 0},
		{"cut in SIB", "8b04", 0, 0, 0, 0},
		{"cut in displacement", "ff25000000", 0, 0, 0, 0},
		{"cut in immediate", "e8000000", 0, 0, 0, 0},
		{"cut in EVEX", "62f1fe", 0, 0, 0, 0},
	}
	for _, test := range tests {
		code, err := hex.DecodeString(strings.ReplaceAll(test.code, " ", ""))
		if err != nil {
			t.Fatal(test.asm, err)
		}
		in, ok := DecodeAMD64(code)
		if ok != (test.length != 0) || in.Len != test.length {
			t.Errorf("%s (%x): length %d, %v, want %d", test.asm, code, in.Len, ok, test.length)
			continue
		}
		if !ok {
			continue
		}
		if test.immOff == 0 {
			test.immOff = test.length
		}
		if in.RIPRel != test.rip || in.Imm != test.immOff || in.Flow != test.flow {
			t.Errorf("%s (%x): RIPRel %d Imm %d Flow %d, want %d %d %d", test.asm, code,
				in.RIPRel, in.Imm, in.Flow, test.rip, test.immOff, test.flow)
		}
	}
}

// TestDecodeAMD64Objdump compares lengths, RIP-relative displacements and flow with
// binutils' opinion. The code has every kind of vector instruction (libc, libcrypto,
// libx265), or comes from another compiler (LLVM).
func TestDecodeAMD64Objdump(t *testing.T) {
	const dir = "/usr/lib/x86_64-linux-gnu/"
	const window = 4 << 20
	files := []struct {
		path  string
		start uint64 // skipped, to keep the test short
	}{
		{dir + "libc.so.6", 0},
		{dir + "libm.so.6", 0},
		{dir + "libcrypto.so.3", 0},
		{dir + "libx265.so.199", 0},
		{dir + "libLLVM-14.so.1", 0x2000000},
		{"/lib64/ld-linux-x86-64.so.2", 0},
	}
	need(t, "objdump")
	for _, file := range files {
		t.Run(file.path, func(t *testing.T) {
			if _, err := os.Stat(file.path); err != nil {
				t.Skip(err)
			}
			compare(t, exec.Command("objdump", "-d", "-w", "--insn-width=16", "-z",
				"--start-address="+strconv.FormatUint(file.start, 10),
				"--stop-address="+strconv.FormatUint(file.start+window, 10), file.path))
		})
	}
}

// need skips the test if a tool is missing; with PLAIT_REQUIRE set it fails.
func need(t *testing.T, tool string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err == nil {
		return
	}
	if os.Getenv("PLAIT_REQUIRE") != "" {
		t.Fatalf("%s is missing", tool)
	}
	t.Skipf("%s is missing", tool)
}

func compare(t *testing.T, cmd *exec.Cmd) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	checked, wrong := 0, 0
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		code, asm, ok := splitObjdump(lines.Text())
		if !ok {
			continue
		}
		checked++
		if complaint := disagree(code, asm); complaint != "" {
			if wrong++; wrong <= 20 {
				t.Errorf("%s: %s", lines.Text(), complaint)
			}
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d instructions, %d wrong", checked, wrong)
	if checked < 1000 {
		t.Errorf("only %d instructions compared", checked)
	}
}

// splitObjdump splits "  addr:\tbytes\tasm". It drops what objdump could not decode
// itself, and prefixes that it prints as instructions of their own.
func splitObjdump(line string) (code []byte, asm string, ok bool) {
	fields := strings.SplitN(line, "\t", 3)
	if len(fields) != 3 || strings.Contains(fields[2], "(bad)") {
		return nil, "", false
	}
	code, err := hex.DecodeString(strings.ReplaceAll(fields[1], " ", ""))
	if err != nil || len(code) == 0 {
		return nil, "", false
	}
	asm, _, _ = strings.Cut(fields[2], "<") // symbols may look like operands
	lonely := oneByte[code[len(code)-1]] == 'p' && len(strings.Fields(asm)) == len(code)
	fwait := code[0] == 0x9b && len(code) > 1 // objdump joins it to the x87 instruction that follows
	return code, asm, !lonely && !fwait && !strings.HasPrefix(asm, ".byte")
}

func disagree(code []byte, asm string) string {
	in, ok := DecodeAMD64(append(code[:len(code):len(code)], make([]byte, 15)...))
	switch {
	case !ok && code[0] == 0x66 && (strings.Contains(asm, "jmp") || strings.Contains(asm, "call")):
		return "" // refused on purpose
	case !ok && strings.HasPrefix(asm, "rex") && strings.Contains(asm, " v"):
		return "" // a table in the text: REX before VEX is no instruction
	case !ok:
		return "not decoded"
	case in.Len != len(code):
		return "length " + strconv.Itoa(in.Len)
	case (in.RIPRel >= 0) != strings.Contains(asm, "ip)"):
		return "RIPRel " + strconv.Itoa(in.RIPRel)
	case in.Flow != flowOf(asm):
		return "flow " + strconv.Itoa(int(in.Flow))
	}
	return ""
}

// flowOf returns the flow that objdump's mnemonic says.
func flowOf(asm string) Flow {
	var name string
	for _, word := range strings.Fields(asm) {
		name, _, _ = strings.Cut(word, ",") // jne,pt
		switch name {
		case "bnd", "notrack", "data16", "addr32", "cs", "ds", "es", "ss", "fs", "gs", "repz", "repnz", "rep", "lock":
			continue
		}
		if !strings.HasPrefix(name, "rex") {
			break
		}
	}
	indirect := strings.Contains(asm, "*")
	switch {
	case strings.HasPrefix(name, "call"):
		return map[bool]Flow{false: FlowCall, true: FlowIndirectCall}[indirect]
	case strings.HasPrefix(name, "jmp"):
		return map[bool]Flow{false: FlowJump, true: FlowIndirectJump}[indirect]
	case strings.HasPrefix(name, "ljmp"), strings.HasPrefix(name, "lcall"):
		return FlowFar
	case strings.HasPrefix(name, "j"), strings.HasPrefix(name, "loop"), name == "xbegin":
		return FlowBranch
	case strings.HasPrefix(name, "ret"), strings.HasPrefix(name, "lret"), strings.HasPrefix(name, "iret"), strings.HasPrefix(name, "sysret"), strings.HasPrefix(name, "sysexit"):
		return FlowReturn
	case name == "hlt", name == "int3", strings.HasPrefix(name, "ud"):
		return FlowStop
	case name == "syscall", name == "sysenter", name == "int", name == "int1", name == "icebp":
		return FlowSystem
	}
	return FlowNext
}

func FuzzDecodeAMD64(f *testing.F) {
	f.Add([]byte{0xff, 0x25, 0, 0, 0, 0})
	f.Add([]byte{0x62, 0xf3, 0x75, 0x48, 0x25, 0xc0, 0xff})
	f.Fuzz(func(t *testing.T, code []byte) {
		bound.Input(t, func() {
			in, ok := DecodeAMD64(code)
			if !ok {
				return
			}
			if in.Len < 1 || in.Len > maxInsn || in.Len > len(code) || in.OpOff >= in.Len || in.Imm > in.Len {
				t.Fatalf("%x: %+v", code, in)
			}
			if in.ModRM >= in.Len || in.RIPRel >= 0 && (in.RIPRel+4 > in.Imm || in.RIPRel != in.Disp) {
				t.Fatalf("%x: %+v", code, in)
			}
			if again, ok := DecodeAMD64(code[:in.Len]); !ok || again != in {
				t.Fatalf("%x: %+v depends on what follows: %+v", code, in, again)
			}
			if _, ok := DecodeAMD64(code[:in.Len-1]); ok {
				t.Fatalf("%x: a shorter instruction is accepted too", code[:in.Len])
			}
		})
	})
}

func BenchmarkDecodeAMD64(b *testing.B) {
	code := []byte{0x48, 0x8b, 0x05, 1, 2, 3, 4, 0x85, 0xc0, 0x74, 0x10, 0xff, 0x15, 0, 0, 0, 0, 0x48, 0x83, 0xc4, 0x08, 0xc3}
	b.SetBytes(int64(len(code)))
	for b.Loop() {
		for rest := code; len(rest) > 0; {
			in, ok := DecodeAMD64(rest)
			if !ok {
				b.Fatal(rest)
			}
			rest = rest[in.Len:]
		}
	}
}
