package proto

import (
	"bytes"
	"io"
	"math/rand/v2"
	"reflect"
	"testing"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
	"plait/proto/syntax"
)

// keeping is what the tests allow to be noted of a call.
var keeping = decode.Keeping{Text: 48, Block: 128, Stack: 7}

// A wilderness is memory that can be read on most pages and holds noise with many NULs.
type wilderness uint64

// byteAt is the byte at an address; false if there is none.
func (w wilderness) byteAt(addr uint64) (byte, bool) {
	page := noise(uint64(w) ^ addr>>12)
	if page%5 == 0 {
		return 0, false
	}
	x := noise(uint64(w) + addr)
	if x%24 == 0 && page%3 != 0 {
		return 0, true
	}
	if x%7 == 0 {
		return byte(x >> 32), true
	}
	return ' ' + byte(x>>32)%95, true
}

// noise mixes the bits of a number.
func noise(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (w wilderness) ReadAt(b []byte, off int64) (int, error) {
	for i := range b {
		x, ok := w.byteAt(uint64(off) + uint64(i))
		if !ok {
			return i, io.EOF
		}
		b[i] = x
	}
	return len(b), nil
}

// text notes the text at an address, as machine code in the tracee would.
func (w wilderness) text(addr uint64) decode.NotedText {
	t := decode.NotedText{Addr: addr, Bytes: make([]byte, keeping.Text)}
	for i := range t.Bytes {
		x, ok := w.byteAt(addr + uint64(i))
		if t.Torn = !ok; t.Torn || x == 0 {
			break
		}
		t.Bytes[i] = x
	}
	if end := bytes.IndexByte(t.Bytes, 0); !t.Torn && end >= 0 {
		copy(t.Bytes[end+1:], "what follows means nothing, and may be anything at all")
	}
	return t
}

// block notes a block, of which count bytes are wanted.
func (w wilderness) block(b decode.Block, ints func(int) uint64) decode.NotedText {
	n := uint64(b.Size)
	if b.Count > 0 {
		n = min(n, ints(b.Count-1))
	}
	t := decode.NotedText{Addr: ints(b.Reg), Bytes: make([]byte, n), Data: true}
	if t.Addr == 0 {
		t.Bytes = nil
	}
	got, _ := w.ReadAt(t.Bytes, int64(t.Addr))
	t.Bytes = t.Bytes[:got]
	return t
}

// A strictMemory fails the test if it is asked for what was not noted. Decoding may look
// behind the end of a text, but has no use for what it finds there.
type strictMemory struct {
	t     *testing.T
	name  string
	notes decode.Notes
	whole wilderness
}

func (m strictMemory) ReadAt(b []byte, off int64) (int, error) {
	n, err := m.notes.ReadAt(b, off)
	if n < len(b) && bytes.IndexByte(b[:n], 0) < 0 {
		if _, readable := m.whole.byteAt(uint64(off) + uint64(n)); readable {
			m.t.Errorf("%s: reads %d bytes at %#x, of which %d were noted", m.name, len(b), off, n)
		}
	}
	return n, err
}

// A wildCall is the registers of a call with noise in them.
type wildCall struct {
	ints, stack, vecs [16]uint64
	result            decode.Result
}

// wildWord is a word as calls have them: a small number, a pointer near a page's end, noise.
func wildWord(r *rand.Rand) uint64 {
	switch r.IntN(5) {
	case 0:
		return uint64(r.IntN(80))
	case 1:
		return uint64(-int64(r.IntN(3)))
	case 2:
		return r.Uint64()
	}
	return 0x7f0000000000 + r.Uint64N(64)<<12 + 4096 - r.Uint64N(80)
}

// notNaN is a word that is no NaN as a number of either size: NaN is no equal of itself.
func notNaN(word uint64) uint64 { return word &^ (1<<62 | 1<<30) }

func newWildCall(r *rand.Rand) *wildCall {
	c := &wildCall{}
	for i := range c.ints {
		c.ints[i] = wildWord(r)
		c.stack[i], c.vecs[i] = notNaN(wildWord(r)), notNaN(wildWord(r))
	}
	c.result.Int = [2]uint64{wildWord(r), wildWord(r)}
	c.result.Vector = func(int) [16]byte { return wide(c.vecs[15]) }
	errno := r.IntN(40)
	c.result.LibcErrno = func() int { return errno }
	return c
}

// decode decodes the call with the given memory at its begin and at its return.
func (c *wildCall) decode(p *decode.Prototype, s *decode.Source, enter, end io.ReaderAt) (before, after []event.Arg, result event.Value, pending bool) {
	s.Memory = enter
	before, pending = p.Enter(s)
	before = append([]event.Arg(nil), before...)
	s.Memory = end
	after, result = p.Return(s, append([]event.Arg(nil), before...), c.result)
	return before, after, result, pending
}

// source is a source whose registers are those of the call, as far as n says that they
// were noted. More than that fails the test.
func (c *wildCall) source(t *testing.T, name string, n decode.Needs) *decode.Source {
	noted := func(words [16]uint64, have int, what string) func(int) uint64 {
		return func(i int) uint64 {
			if i >= have {
				t.Errorf("%s: wants %s %d, of which %d are noted", name, what, i, have)
			}
			return words[i%len(words)]
		}
	}
	vecs := 0
	if n.Floats {
		vecs = len(c.vecs)
	}
	vector := noted(c.vecs, vecs, "vector register")
	return &decode.Source{
		Arch: arch.AMD64, Kind: event.Library,
		Int: noted(c.ints, n.Words, "register"), Stack: noted(c.stack, n.Stack, "stack word"),
		Vector: func(i int) [16]byte { return wide(vector(i)) },
		Symbol: func(addr uint64) string { return string(rune('a' + addr%26)) },
		Stream: func(addr uint64) string { return string(rune('a' + addr%26)) },
		Place: func(addr uint64) decode.Place {
			t.Errorf("%s: asks what lies at %#x", name, addr)
			return decode.Place{}
		},
	}
}

// checkNeeds decodes some calls of p with all memory and with notes alone.
func checkNeeds(t *testing.T, name string, p *decode.Prototype, n decode.Needs, r *rand.Rand) {
	t.Helper()
	for range 12 {
		c, w := newWildCall(r), wilderness(r.Uint64())
		s := c.source(t, name, n)
		before, after, result, pending := c.decode(p, s, w, w+1)
		enter, end := strictMemory{t, name, nil, w}, strictMemory{t, name, nil, w + 1}
		for _, i := range n.Texts {
			enter.notes = append(enter.notes, w.text(c.ints[i]))
		}
		for _, b := range n.Blocks {
			enter.notes = append(enter.notes, w.block(b, func(i int) uint64 { return c.ints[i] }))
		}
		if n.ResultText {
			end.notes = decode.Notes{(w + 1).text(c.result.Int[0])}
		}
		if !n.ResultFloat {
			c.result.Vector = nil
		}
		if !n.Errno {
			c.result.LibcErrno = nil
		}
		before2, after2, result2, pending2 := c.decode(p, s, enter, end)
		if !reflect.DeepEqual(before, before2) || !reflect.DeepEqual(after, after2) || !reflect.DeepEqual(result, result2) || pending != pending2 {
			t.Errorf("%s: from memory %v %v %v, from notes %v %v %v", name, before, after, result, before2, after2, result2)
		}
	}
}

// TestNeeds: every prototype that is said to be decodable from notes decodes the same from
// them as from all memory, whatever registers and memory hold, and asks for nothing else.
func TestNeeds(t *testing.T) {
	types := Embedded(arch.AMD64)
	r := rand.New(rand.NewPCG(14, 48))
	all, good := 0, 0
	why := map[string]int{}
	check := func(name string, p *decode.Prototype) {
		all++
		n, not := p.Needs(keeping)
		if not != "" {
			why[not]++
			return
		}
		good++
		if !t.Failed() {
			checkNeeds(t, name, p, n, r)
		}
	}
	eachPrototype(t, func(library string, d *syntax.Decl) {
		if p := types.lookup(library+".so", d.Name); p != nil {
			check(library+": "+d.Name, p)
		}
	})
	t.Logf("%d of %d prototypes (%.1f %%)", good, all, 100*float64(good)/float64(all))
	for reason, n := range why {
		t.Logf("%6d %s", n, reason)
	}
	if good < all/4 || good == all {
		t.Errorf("%d of %d", good, all)
	}
}

// TestNeedsOf gives what must be noted of single prototypes, and why some can't be.
func TestNeedsOf(t *testing.T) {
	for _, test := range []struct {
		proto string
		want  decode.Needs
		why   string
	}{
		{"void f(void);", decode.Needs{}, ""},
		{"addr f(ulong n);", decode.Needs{Words: 1}, ""},
		{"int f(addr a, string s, string t);", decode.Needs{Words: 3, Texts: []int{1, 2}}, ""},
		{"string f(string[n] s, ulong n);", decode.Needs{Words: 2, Texts: []int{0}, ResultText: true}, ""},
		{"int f(buffer[n] s, ulong n);", decode.Needs{Words: 2, Blocks: []decode.Block{{Reg: 0, Size: 33, Count: 2}}}, ""},
		{"int f(double x, addr a, buffer[n] s, ulong n);", decode.Needs{Words: 3, Floats: true, Blocks: []decode.Block{{Reg: 1, Size: 33, Count: 3}}}, ""},
		{"int f(buffer[n] s, int n);", decode.Needs{Words: 2, Blocks: []decode.Block{{Reg: 0, Size: 33}}}, ""},
		{"int f(buffer[n * m] s, ulong n, ulong m);", decode.Needs{Words: 3, Blocks: []decode.Block{{Reg: 0, Size: 33}}}, ""},
		{"long f(buffer[retval] s, ulong n);", decode.Needs{}, "data whose length is known later"},
		{"double f(double x, int n);", decode.Needs{Words: 1, Floats: true, ResultFloat: true}, ""},
		{"int f(int a, int b, int c, int d, int e, int f, int g);", decode.Needs{Words: 6, Stack: 1}, ""},
		{"int f(int a, int b, int c, int d, int e, int f, string g);", decode.Needs{}, "a text whose address is on the stack"},
		{"int f(fd d) fails(-1) errno;", decode.Needs{Words: 1, Errno: true}, ""},
		{"int f(fd d) fails(0) errno?;", decode.Needs{Words: 1, Errno: true, KeptErrno: true}, ""},
		{"int f(format s);", decode.Needs{}, "variable arguments"},
		{"int f(int *p);", decode.Needs{}, "memory behind an argument"},
		{"int f(+int *p);", decode.Needs{}, "memory at the return"},
		{"int f(path p);", decode.Needs{}, "a path, which may be long"},
		{"ldouble f(int x);", decode.Needs{}, "a value of several words"},
	} {
		p := parseOne(t, "", test.proto)
		got, why := p.Needs(keeping)
		if why != test.why || why == "" && !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s\n got %+v, %q\nwant %+v, %q", test.proto, got, why, test.want, test.why)
		}
	}
	p := parseOne(t, "", "int f(string s);")
	if _, why := p.Needs(decode.Keeping{Text: 48, Limits: decode.Limits{String: 48}}); why != "longer texts than are kept" {
		t.Errorf("-s 48: %q", why)
	}
	for _, text := range []string{"int f(fd d);", "int f(pid_t p);", "int f(file s);"} {
		if _, why := parseOne(t, "", text).Needs(decode.Keeping{Text: 48, Asked: true}); why != "a descriptor or process that is described" {
			t.Errorf("%s: %q", text, why)
		}
	}
}
