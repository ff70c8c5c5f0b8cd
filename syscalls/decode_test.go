package syscalls

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
)

var update = flag.Bool("update", false, "rewrite testdata/decode*.txtar with what is decoded now")

// TestMain sets the time zone of dates.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

// TestDecode makes the calls in testdata/decode*.txtar. A line that begins with
// "<" is a call, the line after it what plait's habits as strace print for it.
// An argument is
//
//	-100 0x7f   a number
//	"text"      the address of a string; \x00 and the like as in Go
//	x:00ff      the address of bytes
//	x:00>ff     the same; the callee changes them
//
// bytes being hexadecimal digits, "00*16" for 16 of them, 4:10 for the number
// 10 in 4 bytes, 'text', and &2 for the address of the second piece of memory
// among all, separated by commas. Arguments that the call does not take are more
// memory. The result behind "=" a number, or -ENAME. Each address is that of the
// last bytes before unmapped memory. A line "~ WHY" before the call says why
// the strace of TestAgainstStrace prints another line. "<v" is a call decoded in
// full (-v), "<32" and "<32v" one as i386 programs make them, "<x32" one as x32 programs do.
func TestDecode(t *testing.T) {
	for _, file := range fixtures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) { decodeFile(t, file) })
	}
}

// fixtures returns the files with calls.
func fixtures(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/decode*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata/decode*.txtar", err)
	}
	return files
}

// decodeFile compares the lines of one file, or rewrites them.
func decodeFile(t *testing.T, file string) {
	lines := fileLines(t, file)
	for i, line := range lines {
		f, ok := fixtureOf(line)
		if !ok {
			continue
		}
		got, call := f.decode(t), f.call
		if *update {
			lines[i+1] = got
		} else if got != lines[i+1] {
			t.Errorf("%s:%d: %s\n got %s\nwant %s", file, i+1, call, got, lines[i+1])
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func fileLines(t *testing.T, file string) []string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(raw), "\n")
}

// A fixture is one call of a fixture file.
type fixture struct {
	call    string // all of the line behind the "<"
	verbose bool   // "<v"
	old     bool   // "<32": a call of an i386 program
	x32     bool   // "<x32": a call of an x32 program
}

// fixtureOf parses a line. It returns false if the line is not a call.
func fixtureOf(line string) (fixture, bool) {
	options, call, ok := strings.Cut(line, " ")
	options, ok2 := strings.CutPrefix(options, "<")
	options, old := strings.CutPrefix(options, "32")
	options, x32 := strings.CutPrefix(options, "x32")
	return fixture{call: call, verbose: options == "v", old: old, x32: x32}, ok && ok2
}

// word returns an argument as the kernel reports it.
func (f fixture) word(bits uint64) uint64 {
	if f.old {
		return uint64(uint32(bits))
	}
	return bits
}

// table returns the table that the call is in.
func (f fixture) table() *Table {
	if f.old {
		return For(arch.AMD64, arch.I386.Audit)
	}
	return For(arch.AMD64, 0)
}

// name returns the name of the call.
func (f fixture) name() string {
	name, _, _ := strings.Cut(f.call, " ")
	return name
}

// number returns the number of the call.
func (f fixture) number(t *testing.T) uint64 {
	t.Helper()
	if f.x32 {
		for nr, e := range x32Rows() {
			if e.name == f.name() {
				return uint64(nr) | x32Bit
			}
		}
	}
	nr, ok := f.table().Number(f.name())
	if !ok {
		t.Fatalf("no call %s", f.name())
	}
	return nr
}

// decode makes the call and returns its line.
func (f fixture) decode(t *testing.T) string {
	t.Helper()
	ints, mem, result := f.setUp(t)
	table := f.table()
	nr := f.number(t)
	for i := range ints {
		ints[i] = f.word(ints[i])
	}
	nr = table.Inner(nr, ints[:6], mem)
	p := table.Prototype(nr)
	if p == nil {
		t.Fatalf("no prototype for %s", f.name())
	}
	s := &decode.Source{Arch: arch.AMD64, Kind: event.System, Memory: mem, Call: CallName, Int: func(i int) uint64 { return ints[i] },
		Link: linkName, Netlink: netlinkProtocol, Limits: decode.Limits{Items: 32, Verbose: f.verbose}}
	args, _ := p.Enter(s)
	mem.change()
	args, value := p.Return(s, args, result)
	var shown []string
	for _, a := range args {
		name := ""
		if a.Named {
			name = a.Name + "="
		}
		shown = append(shown, name+text(a.Value))
	}
	name, _ := table.Name(nr)
	return name + "(" + strings.Join(shown, ", ") + ") = " + text(value)
}

// linkName knows the one interface that every machine has.
func linkName(index int) string {
	if index == 1 {
		return "lo"
	}
	return ""
}

// netlinkProtocol returns the protocol of the descriptors that the harness opens.
func netlinkProtocol(fd int) (int, bool) { return fd - 100, fd >= 100 && fd < 132 }

// setUp returns the words of a call, the memory that they point to, and the result.
func (f fixture) setUp(t *testing.T) (ints [maxFields]uint64, mem *memory, result decode.Result) {
	t.Helper()
	words, after, _ := strings.Cut(f.call, " = ")
	var addrs []uint64
	for range 2 { // the second time, the addresses are known
		mem = &memory{addrs: addrs}
		for i, f := range splitArgs(words)[1:] {
			ints[i] = mem.argument(t, f)
		}
		addrs = nil
		for _, p := range mem.pieces {
			addrs = append(addrs, p.addr)
		}
	}
	return ints, mem, resultOf(t, after)
}

// maxFields bounds the pieces of a call: registers and additional memory.
const maxFields = 16

// splitArgs splits at blanks outside of quotes.
func splitArgs(s string) []string {
	var fields []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if prefix, err := strconv.QuotedPrefix(s); err == nil {
			fields, s = append(fields, prefix), s[len(prefix):]
			continue
		}
		word, rest, _ := strings.Cut(s, " ")
		fields, s = append(fields, word), rest
	}
	return fields
}

func resultOf(t *testing.T, s string) decode.Result {
	t.Helper()
	if name, ok := strings.CutPrefix(s, "-E"); ok {
		n, ok := ErrnoByName("E" + name)
		if !ok {
			t.Fatalf("no error %s", s)
		}
		return decode.Result{Int: [2]uint64{uint64(-int64(n))}, Errno: n}
	}
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		t.Fatal(err)
	}
	return decode.Result{Int: [2]uint64{uint64(n)}}
}

// A memory has pieces at the ends of otherwise empty pages.
type memory struct {
	pieces []piece
	addrs  []uint64 // of them, if known before they are made
}

type piece struct {
	addr          uint64
	before, after []byte
}

// pieceEnd returns the address behind piece i.
func pieceEnd(i int) uint64 { return uint64(i+1)*0x10000 + 0x1000 }

func (m *memory) argument(t *testing.T, f string) uint64 {
	t.Helper()
	if s, err := strconv.Unquote(f); err == nil {
		return m.add([]byte(s+"\x00"), nil)
	}
	if data, ok := strings.CutPrefix(f, "x:"); ok {
		before, after, _ := strings.Cut(data, ">")
		return m.add(m.bytes(t, before), m.bytes(t, after))
	}
	return integer(t, f)
}

// bytes parses bytes.
func (m *memory) bytes(t *testing.T, s string) []byte {
	t.Helper()
	var b []byte
	for part := range strings.SplitSeq(s, ",") {
		one, times, repeated := strings.Cut(part, "*")
		n := 1
		if repeated {
			n = int(integer(t, times))
		}
		b = append(b, bytes.Repeat(m.part(t, one), n)...)
	}
	return b
}

func (m *memory) part(t *testing.T, s string) []byte {
	t.Helper()
	word := make([]byte, 8)
	if piece, ok := strings.CutPrefix(s, "&"); ok {
		if i := int(integer(t, piece)) - 1; i < len(m.addrs) {
			binary.LittleEndian.PutUint64(word, m.addrs[i])
		}
		return word
	}
	if size, num, ok := strings.Cut(s, ":"); ok {
		binary.LittleEndian.PutUint64(word, integer(t, num))
		return word[:integer(t, size)]
	}
	if strings.HasPrefix(s, "'") {
		return []byte(strings.Trim(s, "'"))
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// integer parses a number of either sign.
func integer(t *testing.T, s string) uint64 {
	t.Helper()
	if n, err := strconv.ParseInt(s, 0, 64); err == nil {
		return uint64(n)
	}
	n, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (m *memory) add(before, after []byte) uint64 {
	if len(after) > len(before) {
		before = append(before, make([]byte, len(after)-len(before))...)
	}
	addr := pieceEnd(len(m.pieces)) - uint64(len(before))
	m.pieces = append(m.pieces, piece{addr, before, after})
	return addr
}

func (m *memory) change() {
	for i := range m.pieces {
		copy(m.pieces[i].before, m.pieces[i].after)
	}
}

func (m *memory) ReadAt(b []byte, off int64) (int, error) {
	for _, p := range m.pieces {
		if from := off - int64(p.addr); from >= 0 && from < int64(len(p.before)) {
			if n := copy(b, p.before[from:]); n < len(b) {
				return n, fmt.Errorf("unmapped at %#x", off+int64(n))
			}
			return len(b), nil
		}
	}
	return 0, fmt.Errorf("unmapped at %#x", off)
}
