package text

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"plait/bound"
	"plait/event"
)

// TestQuoted follows strace's rules: octal escapes have the fewest digits that cannot
// be misread.
func TestQuoted(t *testing.T) {
	tests := []struct{ in, ascii, utf8 string }{
		{"", `""`, `""`},
		{"hello", `"hello"`, `"hello"`},
		{"\t\n\v\f\r", `"\t\n\v\f\r"`, `"\t\n\v\f\r"`},
		{`a"b\c`, `"a\"b\\c"`, `"a\"b\\c"`},
		{"\x00", `"\0"`, `"\0"`},
		{"\x001", `"\0001"`, `"\0001"`},
		{"\x008", `"\08"`, `"\08"`},
		{"\x1b[m", `"\33[m"`, `"\33[m"`},
		{"\x1b7", `"\0337"`, `"\0337"`},
		{"\x7f\xff", `"\177\377"`, `"\177\377"`},
		{"é", `"\303\251"`, `"é"`},
		{"\xc3", `"\303"`, `"\303"`},
		{"cut é\xc3", `"cut \303\251\303"`, `"cut é\303"`},
		{"\xffé", `"\377\303\251"`, `"\377\303\251"`},
		{"é\xff and more", `"\303\251\377 and more"`, `"\303\251\377 and more"`},
		{"\ufeff", `"\357\273\277"`, `"\357\273\277"`},
	}
	for _, test := range tests {
		for _, shows := range []bool{false, true} {
			l := line{utf8: shows}
			l.quoted(test.in)
			want := test.ascii
			if shows {
				want = test.utf8
			}
			if got := string(l.b); got != want {
				t.Errorf("quoted(%q), UTF-8 %v: %s, want %s", test.in, shows, got, want)
			}
		}
	}
}

// FuzzLines puts hostile text wherever the tracee names something in a trace: no byte
// of the output may control a terminal.
func FuzzLines(f *testing.F) {
	f.Add("puts", "\x1b[31m", false, false)
	f.Add("_ZNSsC1EPKcRKSaIcE", "\u202e\x9b", true, true)
	f.Add("_ZZZZZZ", "a\"\x001", true, false)
	f.Fuzz(func(t *testing.T, name, text string, utf8Too, demangle bool) {
		bound.Input(t, func() {
			var out bytes.Buffer
			o := Options{UTF8: utf8Too, Demangle: demangle, From: true, Align: 30}
			if len(text)%2 == 1 {
				o.Style, o.Threads = Tree, Bracketed
			}
			p := New(&out, o)
			for _, e := range everywhere(name, text) {
				if err := p.Emit(e); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			checkHarmless(t, out.String(), utf8Too)
		})
	})
}

// FuzzStraceLines is FuzzLines for strace's style, in all its forms.
func FuzzStraceLines(f *testing.F) {
	f.Add("read", "\x1b[31m", uint8(0))
	f.Add("_ZNSsC1EPKcRKSaIcE", "\u202e\x9b<>", uint8(0x1b))
	f.Add("", "a\"\x001", uint8(0xff))
	f.Fuzz(func(t *testing.T, name, text string, how uint8) {
		bound.Input(t, func() {
			var out bytes.Buffer
			o := Options{Style: Strace, Align: 41, Threads: Labelled, ArgNames: true, Number: true, IP: true, Colors: text}
			o.Hex, o.Constants = HexForm(how&3), ConstForm(how>>2&3)%3
			if how&0x10 != 0 {
				o.Hide = event.StatusFailed
			}
			p := New(&out, o)
			for _, e := range everywhere(name, text) {
				if err := p.Emit(e); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			checkHarmless(t, out.String(), false)
		})
	})
}

// everywhere returns events that hold text in each field that a tracee controls.
func everywhere(name, text string) []event.Event {
	value := event.List{Items: []event.Value{
		event.Str{Text: text}, event.Pointer{Addr: 1, Symbol: text}, event.FD{Path: text, Device: text},
		event.Verbatim{Text: text}, event.Name{Name: text}, event.Flags{Names: []string{text}},
		event.Note{Value: event.Void{}, Text: text, Brief: text}, event.Float{Text: text},
		event.Record{Fields: []event.Field{{Name: text, Value: event.Errno{Name: text, Text: text}}}},
		event.Name{Want: text}, event.PID{Comm: text}, event.FD{Description: text}, event.Str{Text: text, Hex: true},
	}}
	frames := []event.Caller{{Object: text, Symbol: name, Source: text}, {}}
	head := event.Head{Comm: text}
	lib := &event.Call{ID: 1, Name: name, From: text, Args: []event.Arg{{Value: value}}}
	fun := &event.Call{ID: 2, Kind: event.Function, Name: name, Object: text}
	sys := &event.Call{ID: 3, Kind: event.System, Name: name, ABI: text, Stack: frames}
	sys.Args = []event.Arg{{Name: text, Value: value}, {Name: text, Named: true, Value: value}}
	return []event.Event{
		&event.Enter{Call: lib}, &event.Enter{Call: fun}, &event.Enter{Head: head, Call: sys},
		&event.Signal{Name: text, Text: text, Info: value, Stack: frames}, &event.Stopped{Name: text}, &event.Exec{Path: text},
		&event.Return{Call: sys, Result: value, Dumps: []event.Dump{{Buffer: -1, Data: []byte(text)}}}, &event.Return{Call: fun, Outcome: event.Longjmp},
		&event.Return{Call: lib, Result: value}, &event.Notice{Text: text},
		&event.Notice{Kind: event.ModeChanged, Text: text}, &event.Exit{Signal: text},
	}
}

func checkHarmless(t *testing.T, out string, utf8Too bool) {
	t.Helper()
	for i, r := range out {
		_, size := utf8.DecodeRuneInString(out[i:])
		switch {
		case r == '\n':
		case r == utf8.RuneError && size == 1:
			t.Fatalf("invalid UTF-8 at %d of %q", i, out)
		case r < 0x20 || r == 0x7f || !unicode.IsPrint(r):
			t.Fatalf("%q at %d of %q", r, i, out)
		case r > 0x7f && !utf8Too:
			t.Fatalf("%q at %d of %q", r, i, out)
		}
	}
}

// FuzzQuoted reads quoted text back: nothing is lost or ambiguous.
func FuzzQuoted(f *testing.F) {
	f.Add("\x00\x011", false)
	f.Add("é\xff\"\\", true)
	f.Fuzz(func(t *testing.T, s string, shows bool) {
		bound.Input(t, func() {
			l := line{utf8: shows}
			l.quoted(s)
			if got := readBack(t, string(l.b)); got != s {
				t.Fatalf("%q was written as %s, which reads as %q", s, l.b, got)
			}
		})
	})
}

// readBack reads a string literal as C does, as far as these tests use it.
func readBack(t *testing.T, q string) string {
	t.Helper()
	q = q[1 : len(q)-1]
	var b strings.Builder
	for i := 0; i < len(q); i++ {
		if q[i] != '\\' {
			b.WriteByte(q[i])
			continue
		}
		i++
		if at := strings.IndexByte(`tnvfr"\`, q[i]); at >= 0 {
			b.WriteByte("\t\n\v\f\r\"\\"[at])
			continue
		}
		end := i
		for end < len(q) && end < i+3 && '0' <= q[end] && q[end] <= '7' {
			end++
		}
		n, err := strconv.ParseUint(q[i:end], 8, 8)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		b.WriteByte(byte(n))
		i = end - 1
	}
	return b.String()
}
