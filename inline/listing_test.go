package inline

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/arch/x86/x86asm"

	"plait/ring"
)

var (
	names64 = strings.Fields("rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15")
	names32 = strings.Fields("eax ecx edx ebx esp ebp esi edi r8d r9d r10d r11d r12d r13d r14d r15d")
	names8  = strings.Fields("al cl dl bl")
)

var operandWord = regexp.MustCompile(`\b(r64|r32|r8|xmm|m64|m32|m8|m|i|l)\b`)

// text is what an instruction was meant to be, as objdump writes it.
func (l line) text(address uint64) string {
	return operandWord.ReplaceAllStringFunc(l.form.text, func(word string) string {
		switch word {
		case "r64":
			return "%" + names64[l.reg]
		case "r32":
			return "%" + names32[l.reg]
		case "r8":
			return "%" + names8[l.reg]
		case "xmm":
			return fmt.Sprintf("%%xmm%d", l.reg)
		case "m64":
			return l.rm.text(address, names64)
		case "m32":
			return l.rm.text(address, names32)
		case "m8":
			return l.rm.text(address, names8)
		case "m":
			return l.rm.text(address, nil)
		case "i":
			if l.form.imm == 4 {
				return fmt.Sprintf("$%#x", uint32(l.imm))
			}
			return fmt.Sprintf("$%#x", l.imm)
		}
		return l.to.text(address)
	})
}

func (o operand) text(address uint64, names []string) string {
	switch o.kind {
	case inReg:
		return "%" + names[o.reg]
	case inGS:
		return fmt.Sprintf("%%gs:%#x", uint32(o.disp))
	case inFS:
		return fmt.Sprintf("%%fs:%#x", uint64(int64(o.disp)))
	case inCode:
		return "(" + o.to.text(address) + ")"
	}
	if o.disp == 0 {
		return fmt.Sprintf("(%%%s)", names64[o.reg])
	}
	return fmt.Sprintf("%s(%%%s)", hex(int64(o.disp)), names64[o.reg])
}

func hex(n int64) string {
	if n < 0 {
		return fmt.Sprintf("-%#x", -n)
	}
	return fmt.Sprintf("%#x", n)
}

func (l *label) text(address uint64) string {
	if l.placed {
		return fmt.Sprintf("%#x", address+uint64(l.offset))
	}
	return fmt.Sprintf("%#x", l.address)
}

// A kind is one kind of code that is made.
type kind struct {
	name   string
	enter  ring.Enter
	text   bool // the result is one
	ret    ring.Return
	isRet  bool
	island bool   // the jump leads to an island
	own    string // the instruction at the site
	tail   string // what runs instead of it, if it is at 0x30000000
}

// kinds are all kinds of code, but for the hand-over routine.
var kinds = []kind{
	{name: "nothing", own: jumpSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000016)"},
	{name: "call", own: callSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000016)"},
	{name: "bnd call", own: "\xf2" + callSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000017)"},
	{name: "words", enter: ring.Enter{Words: 6}, own: "\xf2" + jumpSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000017)"},
	{name: "stack", enter: ring.Enter{Words: 6, Stack: 3}, own: jumpSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000016)"},
	{name: "floats", enter: ring.Enter{Words: 1, Floats: true}, own: jumpSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000016)"},
	{name: "errno", enter: ring.Enter{Words: 2, Errno: true, ErrnoOffset: -0x20}, own: callSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000016)"},
	{name: "text", enter: ring.Enter{Words: 1, Texts: []int{0}}, text: true, own: jumpSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000016)"},
	{name: "texts", enter: ring.Enter{Words: 6, Stack: 2, Floats: true, Errno: true, ErrnoOffset: -0x20, Texts: []int{0, 2, 5, 7}}, own: callSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000016)"},
	{name: "blocks", enter: ring.Enter{Words: 1, Blocks: []ring.Block{{Arg: 0, Size: 128}, {Arg: 2, Size: 13}, {Arg: 3, Size: 6}, {Arg: 5, Size: 3}}}, own: jumpSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000016)"},
	{name: "counted blocks", enter: ring.Enter{Texts: []int{4}, Blocks: []ring.Block{{Arg: 1, Size: 48, Len: 3}, {Arg: 0, Size: 8, Len: 4}}}, own: callSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000016)"},
	{name: "longest", enter: ring.Enter{Words: 6, Stack: ring.MaxStack, Floats: true, Errno: true, Texts: []int{0, 1, 2, 3, 4, 5, 6, 37}}, own: callSlot,
		tail: "mov %gs:0x30,%r11; jmp *(0x30000016)"},
	{name: "return", isRet: true, own: "\x48\x89\xc3",
		tail: "mov %gs:0x30,%r11; mov %rax,%rbx; jmp 0x30000003"}, // mov %rax,%rbx
	{name: "return with all", isRet: true, ret: ring.Return{Float: true, Errno: true, ErrnoOffset: -0x20, Text: true}, own: "\x48\x85\xc0",
		tail: "mov %gs:0x30,%r11; test %rax,%rax; jmp 0x30000003"}, // test %rax,%rax
	{name: "return to a call", isRet: true, own: "\xe8\x10\x00\x00\x00",
		tail: "lea (0x30000005),%r11; mov %r11,-0x8(%rsp); mov %gs:0x30,%r11; lea -0x8(%rsp),%rsp; jmp 0x30000015"}, // call
	{name: "return to an indirect call", isRet: true, own: "\xff\xd3",
		tail: "lea (0x30000002),%r11; mov %r11,-0x8(%rsp); mov %gs:0x30,%r11; lea -0x8(%rsp),%rsp; jmp *%rbx"}, // call *%rbx
	{name: "return to a branch", isRet: true, ret: ring.Return{Float: true}, own: "\x74\x10",
		tail: "mov %gs:0x30,%r11; je 0x400000fd; jmp 0x30000002; jmp 0x30000012"}, // je
	{name: "return by an island", isRet: true, island: true, own: "\x5b",
		tail: "mov %gs:0x30,%r11; pop %rbx; jmp 0x30000001"},
	{name: "return to a jump", isRet: true, own: "\xeb\x10",
		tail: "mov %gs:0x30,%r11; jmp 0x30000012"}, // jmp
	{name: "return to a return", isRet: true, ret: ring.Return{Text: true}, own: "\xc3",
		tail: "mov %gs:0x30,%r11; ret"}, // ret
	{name: "return to a no-op", isRet: true, own: "\xf3\x0f\x1e\xfa",
		tail: "mov %gs:0x30,%r11; jmp 0x30000004"}, // endbr64
	{name: "return to data", isRet: true, ret: ring.Return{Errno: true, ErrnoOffset: -0x20}, own: "\x48\x8b\x05\x10\x00\x00\x00",
		tail: "mov %gs:0x30,%r11; mov (0x30000017),%rax; jmp 0x30000007"}, // mov 0x10(%rip),%rax
}

// Instructions of slots: jump and call through a word.
const (
	jumpSlot = "\xff\x25\x10\x00\x00\x00"
	callSlot = "\xff\x15\x10\x00\x00\x00"
)

// makeKind makes code of a kind at addr for a site.
func makeKind(t *testing.T, kit *Kit, k kind, id uint32, site, addr uint64) *Code {
	t.Helper()
	make := func() (*Code, error) { return kit.Enter(id, k.enter, k.text, site, []byte(k.own), addr) }
	if k.isRet {
		make = func() (*Code, error) { return kit.Return(id, k.ret, site, []byte(k.own), addr) }
	}
	c, err := make()
	if err != nil {
		t.Fatalf("%s: %v", k.name, err)
	}
	return c
}

// TestListing: two disassemblers read in the code what the assembler was told.
func TestListing(t *testing.T) {
	const addr, site = 0x40000000, 0x30000000
	kit := &Kit{}
	for _, k := range kinds {
		c := makeKind(t, kit, k, 0, site, addr)
		compareListing(t, k.name, c, c.template.lines, len(c.template.bytes))
		tail := objdump(t, addr+uint64(len(c.template.bytes)), c.Bytes[len(c.template.bytes):])
		if got := strings.Join(tail, "; "); got != k.tail {
			t.Errorf("%s ends with %q, want %q", k.name, got, k.tail)
		}
	}
	c := kit.Routine(addr)
	lines := c.template.lines
	data := lines[len(lines)-1]
	compareListing(t, "routine", c, lines[:len(lines)-1], data.off)
}

// compareListing compares the first size bytes of code with lines.
func compareListing(t *testing.T, name string, c *Code, lines []line, size int) {
	t.Helper()
	listed := objdump(t, c.Addr, c.Bytes[:size])
	if len(listed) != len(lines) {
		t.Fatalf("%s: %d instructions, not %d", name, len(listed), len(lines))
	}
	for i, l := range lines {
		want := l.text(c.Addr)
		if listed[i] != want {
			t.Errorf("%s, byte %d: %s, want %s", name, l.off, listed[i], want)
		}
		end := size
		if i+1 < len(lines) {
			end = lines[i+1].off
		}
		in, err := x86asm.Decode(c.Bytes[l.off:end], 64)
		if err != nil || in.Len != end-l.off {
			t.Errorf("%s, byte %d: %s has %d bytes, not %d: %v", name, l.off, want, in.Len, end-l.off, err)
		}
	}
}

var (
	listedLine = regexp.MustCompile(`(?m)^\s*[0-9a-f]+:\t(.*)$`)
	relativeTo = regexp.MustCompile(`-?0x[0-9a-f]+\(%rip\)(.*?)\s+# (0x[0-9a-f]+)`)
)

// objdump returns the instructions in code.
func objdump(t *testing.T, addr uint64, code []byte) (lines []string) {
	t.Helper()
	path, err := exec.LookPath("objdump")
	if err != nil {
		if os.Getenv("PLAIT_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	file := filepath.Join(t.TempDir(), "code")
	if err := os.WriteFile(file, code, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, "-D", "-b", "binary", "-m", "i386:x86-64", "--no-show-raw-insn", fmt.Sprintf("--adjust-vma=%#x", addr), file).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range listedLine.FindAllStringSubmatch(string(out), -1) {
		text := relativeTo.ReplaceAllString(strings.TrimSpace(m[1]), "($2)$1")
		lines = append(lines, strings.Join(strings.Fields(text), " "))
	}
	return lines
}
