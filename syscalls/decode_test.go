package syscalls

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"plait/arch"
	"plait/event"
	"plait/proto"
)

var update = flag.Bool("update", false, "rewrite testdata/decode*.txtar with what is decoded now")

// TestDecode makes the calls in testdata/decode*.txtar. A line that begins with
// "<" is a call, the line after it what plait's habits as strace print for it.
// An argument is
//
//	-100 0x7f   a number
//	"text"      the address of a string; \x00 and the like as in Go
//	x:00ff      the address of bytes
//	x:00>ff     the same; the callee changes them
//
// and the result behind "=" a number, or -ENAME. Each address is that of the
// last bytes before unmapped memory. A line "~ WHY" before the call says why
// the strace of TestAgainstStrace prints another line.
func TestDecode(t *testing.T) {
	for _, file := range fixtures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) { decodeFile(t, file) })
	}
}

// fixtures are the files with calls.
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
	table := For(arch.AMD64, 0)
	for i, line := range lines {
		call, ok := strings.CutPrefix(line, "< ")
		if !ok {
			continue
		}
		got := decode(t, table, call)
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

// decode makes the call and returns its line.
func decode(t *testing.T, table *Table, line string) string {
	t.Helper()
	words, result, _ := strings.Cut(line, " = ")
	fields := splitArgs(words)
	mem := &memory{}
	var ints [6]uint64
	for i, f := range fields[1:] {
		ints[i] = mem.argument(t, f)
	}
	nr, ok := table.Number(fields[0])
	p := table.Prototype(nr)
	if !ok || p == nil {
		t.Fatalf("no prototype for %s", fields[0])
	}
	s := &proto.Source{Arch: arch.AMD64, Kind: event.System, Memory: mem, Int: func(i int) uint64 { return ints[i] },
		Limits: proto.Limits{Items: 32}}
	args, _ := p.Enter(s)
	mem.change()
	args, value := p.Return(s, args, resultOf(t, result))
	var shown []string
	for _, a := range args {
		shown = append(shown, text(a.Value))
	}
	return fields[0] + "(" + strings.Join(shown, ", ") + ") = " + text(value)
}

// splitArgs cuts at blanks outside of quotes.
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

func resultOf(t *testing.T, s string) proto.Result {
	t.Helper()
	if name, ok := strings.CutPrefix(s, "-E"); ok {
		n, ok := ErrnoByName("E" + name)
		if !ok {
			t.Fatalf("no error %s", s)
		}
		return proto.Result{Int: [2]uint64{uint64(-int64(n))}, Errno: n}
	}
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		t.Fatal(err)
	}
	return proto.Result{Int: [2]uint64{uint64(n)}}
}

// A memory is pieces at the ends of otherwise empty pages.
type memory struct{ pieces []piece }

type piece struct {
	addr          uint64
	before, after []byte
}

// pieceEnd is where piece i ends.
func pieceEnd(i int) uint64 { return uint64(i+1)*0x10000 + 0x1000 }

func (m *memory) argument(t *testing.T, f string) uint64 {
	t.Helper()
	if s, err := strconv.Unquote(f); err == nil {
		return m.add([]byte(s+"\x00"), nil)
	}
	if data, ok := strings.CutPrefix(f, "x:"); ok {
		before, after, _ := strings.Cut(data, ">")
		return m.add(unhex(t, before), unhex(t, after))
	}
	if n, err := strconv.ParseInt(f, 0, 64); err == nil {
		return uint64(n)
	}
	n, err := strconv.ParseUint(f, 0, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// unhex reads bytes; "00*16" is 16 of them.
func unhex(t *testing.T, s string) []byte {
	t.Helper()
	var b []byte
	for part := range strings.SplitSeq(s, ",") {
		digits, times, repeated := strings.Cut(part, "*")
		one, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		n := 1
		if repeated {
			if n, err = strconv.Atoi(times); err != nil {
				t.Fatal(err)
			}
		}
		b = append(b, bytes.Repeat(one, n)...)
	}
	return b
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
