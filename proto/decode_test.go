package proto

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
)

var update = flag.Bool("update", false, "rewrite the expected lines of testdata")

// A world is the part of a tracee that a fixture gives: memory at Enter and, overlaid
// with what the callee wrote, at Return; words; limits.
type world struct {
	mem   memory
	words []uint64
	vecs  []uint64
	stack []uint64
	s     decode.Source
}

// memory has pieces by their addresses. Nothing is mapped between them.
type memory map[uint64][]byte

// ReadAt reads across adjacent pieces and stops at the first gap.
func (m memory) ReadAt(b []byte, off int64) (int, error) {
	n := 0
	for n < len(b) {
		x, ok := m.at(uint64(off) + uint64(n))
		if !ok {
			return n, io.EOF
		}
		b[n] = x
		n++
	}
	return n, nil
}

func (m memory) at(addr uint64) (byte, bool) {
	for base, piece := range m {
		if addr >= base && addr < base+uint64(len(piece)) {
			return piece[addr-base], true
		}
	}
	return 0, false
}

func (m memory) put(addr uint64, b []byte) {
	for i, x := range b {
		if base, ok := m.base(addr + uint64(i)); ok {
			m[base][addr+uint64(i)-base] = x
		} else {
			m[addr+uint64(i)] = []byte{x}
		}
	}
}

func (m memory) base(addr uint64) (uint64, bool) {
	for base, piece := range m {
		if addr >= base && addr < base+uint64(len(piece)) {
			return base, true
		}
	}
	return 0, false
}

func nth(words []uint64, i int) uint64 {
	if i < len(words) {
		return words[i]
	}
	return 0xdeadbeef
}

func newWorld() *world {
	w := &world{mem: memory{}}
	w.s = decode.Source{
		Arch:   arch.AMD64,
		Int:    func(i int) uint64 { return nth(w.words, i) },
		Stack:  func(i int) uint64 { return nth(w.stack, i) },
		Vector: func(i int) [16]byte { return wide(nth(w.vecs, i)) },
		Symbol: func(addr uint64) string {
			if addr == 0x401000 {
				return "main"
			}
			return ""
		},
		Memory: w.mem,
	}
	return w
}

func wide(n uint64) (v [16]byte) {
	arch.AMD64.Order.PutUint64(v[:], n)
	return v
}

// TestDecode runs testdata/*.txtar. A file "types" has definitions for all
// cases; each other file is a case of lines:
//
//	proto int f(string s);       the prototype
//	system                       it is a system call
//	limit 5 items 2 verbose      limits
//	mem 0x1000 "text\0" u32:7    memory, of strings, uN:number and hex bytes
//	words 0x1000 3               integer registers
//	floats 1.5                   vector registers (f32: single precision)
//	stack 7 8                    eightbytes on the stack
//	write 0x1000 "x"             what the callee writes
//	result 3 | float 1.5 | errno 2 | -1 leaves 4 (in errno)
//	enter ...                    expected
//	return (...) = ...           expected
func TestDecode(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, name := range files {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		types := ""
		for i, f := range archive.Files {
			if f.Name == "types" {
				types = string(f.Data)
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar")+"/"+f.Name, func(t *testing.T) {
				got := runCase(t, types, string(f.Data))
				if *update {
					archive.Files[i].Data = []byte(got)
				} else if got != string(f.Data) {
					t.Errorf("got:\n%swant:\n%s", got, f.Data)
				}
			})
		}
		if *update {
			if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

var embeddedTypes = Embedded(arch.AMD64)

// runCase returns text with its enter and return lines as they come out.
func runCase(t *testing.T, types, text string) string {
	t.Helper()
	var out strings.Builder
	var p *decode.Prototype
	var args []event.Arg
	w := newWorld()
	var r decode.Result
	for line := range strings.Lines(text) {
		key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "proto":
			p = parseOne(t, types, rest)
		case "enter":
			args, _ = p.Enter(&w.s)
			line = strings.TrimRight("enter "+renderArgs(args), " ") + "\n"
		case "return":
			done, v := p.Return(&w.s, args, r)
			line = "return (" + renderArgs(done) + ") = " + render(v) + "\n"
		case "result":
			r = parseResult(t, rest)
		default:
			w.set(t, key, rest)
		}
		out.WriteString(line)
	}
	return out.String()
}

func parseOne(t *testing.T, types, text string) *decode.Prototype {
	t.Helper()
	f, errs := Parse("test", types+"\n"+text+"\n", embeddedTypes)
	names := f.Names()
	if len(errs) > 0 || len(names) == 0 {
		t.Fatal(text, errs)
	}
	return f.Lookup(names[len(names)-1])
}

func (w *world) set(t *testing.T, key, rest string) {
	t.Helper()
	switch key {
	case "", "#":
	case "system":
		w.s.Kind = event.System
	case "limit":
		w.limits(t, "string "+rest)
	case "items", "verbose":
		w.limits(t, key+" "+rest)
	case "mem":
		addr, b := parseBytes(t, rest)
		w.mem[addr] = b
	case "write":
		addr, b := parseBytes(t, rest)
		w.mem.put(addr, b)
	case "words":
		w.words = parseWords(t, rest)
	case "stack":
		w.stack = parseWords(t, rest)
	case "floats":
		w.vecs = parseWords(t, rest)
	default:
		t.Fatalf("unknown line %q", key)
	}
}

func (w *world) limits(t *testing.T, text string) {
	t.Helper()
	words := strings.Fields(text)
	for i, key := range words {
		switch key {
		case "string":
			w.s.Limits.String = int(parseWords(t, words[i+1])[0])
		case "items":
			w.s.Limits.Items = int(parseWords(t, words[i+1])[0])
		case "verbose":
			w.s.Limits.Verbose = true
		}
	}
}

// parseWords parses numbers. A prefix f64: or f32: makes one floating-point.
func parseWords(t *testing.T, text string) []uint64 {
	t.Helper()
	var words []uint64
	for _, f := range strings.Fields(text) {
		words = append(words, parseNumber(t, f))
	}
	return words
}

func parseNumber(t *testing.T, s string) uint64 {
	t.Helper()
	if x, ok := strings.CutPrefix(s, "f64:"); ok {
		return float64bits(t, x)
	}
	if x, ok := strings.CutPrefix(s, "f32:"); ok {
		return float32bits(t, x)
	}
	if n, err := strconv.ParseInt(s, 0, 64); err == nil {
		return uint64(n)
	}
	n, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// parseBytes parses an address and then strings, uN:number and hex bytes.
func parseBytes(t *testing.T, text string) (uint64, []byte) {
	t.Helper()
	head, rest, _ := strings.Cut(text, " ")
	addr := parseNumber(t, head)
	var b []byte
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		if rest[0] == '"' {
			q, err := strconv.QuotedPrefix(rest)
			if err != nil {
				t.Fatal(err)
			}
			s, _ := strconv.Unquote(q)
			b, rest = append(b, s...), rest[len(q):]
			continue
		}
		var word string
		word, rest, _ = strings.Cut(rest, " ")
		b = append(b, parsePiece(t, word)...)
	}
	return addr, b
}

func parsePiece(t *testing.T, word string) []byte {
	t.Helper()
	kind, num, ok := strings.Cut(word, ":")
	if kind == "zero" {
		return make([]byte, parseNumber(t, num))
	}
	if ok && kind[0] == 'u' {
		size := parseNumber(t, kind[1:]) / 8
		b := make([]byte, 8)
		arch.AMD64.Order.PutUint64(b, parseNumber(t, num))
		return b[:size]
	}
	if ok {
		return wide8(parseNumber(t, word))
	}
	n, err := strconv.ParseUint(word, 16, 8)
	if err != nil {
		t.Fatal(err)
	}
	return []byte{byte(n)}
}

func wide8(n uint64) []byte {
	v := wide(n)
	return v[:8]
}

func parseResult(t *testing.T, text string) (r decode.Result) {
	t.Helper()
	words := strings.Fields(text)
	switch words[0] {
	case "errno":
		r.Errno = int(parseNumber(t, words[1]))
		r.Int[0] = -uint64(r.Errno)
	case "float":
		vecs := parseWords(t, strings.Join(words[1:], " "))
		r.Vector = func(i int) [16]byte { return wide(nth(vecs, i)) }
	case "x87":
		_, b := parseBytes(t, "0 "+strings.Join(words[1:], " "))
		r.LongDouble = func(i int) (v [10]byte) { copy(v[:], b[min(10*i, len(b)):]); return v }
	default:
		text, left, ok := strings.Cut(text, " leaves ")
		copy(r.Int[:], parseWords(t, text))
		if ok {
			r.LibcErrno = func() int { return int(parseNumber(t, left)) }
		}
	}
	return r
}

// TestBudget bounds what a net of pointers can cost, however deep the limits allow
// plait to look.
func TestBudget(t *testing.T) {
	p := parseOne(t, "struct node { node* left; node* right; }", "int f(node* n);")
	w := newWorld()
	w.s.Limits.Items = 1 << 20
	for i := uint64(0); i < 100; i++ {
		w.mem[0x1000+16*i] = append(wide8(0x1000+16*(i+1)), wide8(0x1000+16*(i+2))...)
	}
	w.words = []uint64{0x1000}
	args, _ := p.Enter(&w.s)
	if n := strings.Count(renderArgs(args), "left="); n < 100 || n > decode.MaxBudget {
		t.Errorf("%d structs", n)
	}
}
