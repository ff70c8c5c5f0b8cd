package text

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"plait/event"
)

func i32(n int64) event.Int { return event.Int{Bits: uint64(n), Size: 4, Signed: true} }

func based(base event.Base, n int64, size uint8) event.Int {
	return event.Int{Bits: uint64(n), Size: size, Base: base, Signed: true}
}

// A valueTest says how a value looks in a library call and in a system call.
type valueTest struct {
	name            string
	value           event.Value
	library, system string
}

func checkValues(t *testing.T, tests []valueTest) {
	t.Helper()
	for _, test := range tests {
		if got := show(test.value, &libraryLook); got != test.library {
			t.Errorf("%s in a library call: %s, want %s", test.name, got, test.library)
		}
		if got := show(test.value, &systemLook); got != test.system {
			t.Errorf("%s in a system call: %s, want %s", test.name, got, test.system)
		}
	}
}

func show(v event.Value, k *look) string {
	var l line
	l.value(v, k)
	return string(l.b)
}

func TestNumbers(t *testing.T) {
	checkValues(t, []valueTest{
		{"signed", i32(-5), "-5", "-5"},
		{"unsigned", event.Int{Bits: math.MaxUint64, Size: 8}, "18446744073709551615", "18446744073709551615"},
		{"hex", based(event.Hex, -1, 2), "0xffff", "0xffff"},
		{"hex zero", based(event.Hex, 0, 4), "0", "0"},
		{"octal", based(event.Octal, 0o644, 4), "0644", "0644"},
		{"octal small", based(event.Octal, 7, 4), "07", "007"},
		{"octal zero", based(event.Octal, 0, 4), "00", "000"},
		{"binary", based(event.Binary, 5, 4), "0b101", "0b101"},
		{"bool", based(event.Bool, 1, 1), "true", "true"},
		{"char", based(event.Char, 'x', 1), "'x'", "'x'"},
		{"char newline", based(event.Char, '\n', 1), `'\n'`, `'\n'`},
		{"char quote", based(event.Char, '\'', 1), `'\''`, `'\''`},
		{"char backslash", based(event.Char, '\\', 1), `'\\'`, `'\\'`},
		{"char zero", based(event.Char, 0, 1), `'\0'`, `'\0'`},
		{"char bell", based(event.Char, 7, 1), `'\a'`, `'\a'`},
		{"char escape", based(event.Char, 27, 1), `'\033'`, `'\033'`},
		{"char high", based(event.Char, -1, 1), `'\377'`, `'\377'`},
		{"wide char", based(event.WideChar, 'x', 4), "'x'", "'x'"},
		{"wide newline", based(event.WideChar, '\n', 4), `'\n'`, `'\n'`},
		{"wide letter", based(event.WideChar, 0x424, 4), `'\u0424'`, `'\u0424'`},
		{"wide letter beyond 16 bits", based(event.WideChar, 0x1f600, 4), `'\U0001f600'`, `'\U0001f600'`},
		{"wide control", based(event.WideChar, 0x9b, 4), `'\u009b'`, `'\u009b'`},
		{"no wide char", based(event.WideChar, -1, 4), "WEOF", "WEOF"},
		{"half a pair", based(event.WideChar, 0xd800, 4), "0xd800", "0xd800"},
		{"beyond Unicode", based(event.WideChar, 0x110000, 4), "0x110000", "0x110000"},
		{"int char", based(event.Char, 'y', 4), "'y'", "'y'"},
		{"EOF", based(event.Char, -1, 4), "EOF", "EOF"},
		{"no char", based(event.Char, 1000, 4), "1000", "1000"},
		{"guess small", based(event.Guess, -10000, 8), "-10000", "-10000"},
		{"guess big", based(event.Guess, 10001, 8), "0x2711", "0x2711"},
		{"guess negative", based(event.Guess, -10001, 8), "0xffffffffffffd8ef", "0xffffffffffffd8ef"},

		{"float", event.Float{F: 2.5, Size: 8}, "2.500000", "2.500000"},
		{"float zero", event.Float{Size: 8}, "0.000000", "0.000000"},
		{"float small", event.Float{F: 1e-10, Size: 8}, "1e-10", "1e-10"},
		{"float huge", event.Float{F: -1e300, Size: 8}, "-1e+300", "-1e+300"},
		{"float single", event.Float{F: float64(float32(1e-5)), Size: 4}, "1e-05", "1e-05"},
		{"nan", event.Float{F: math.NaN(), Size: 8}, "nan", "nan"},
		{"-inf", event.Float{F: math.Inf(-1), Size: 8}, "-inf", "-inf"},
		{"hex float", event.Float{F: 1, Hex: true, Size: 8}, "0x1p+0", "0x1p+0"},
		{"hex float big", event.Float{F: 1e300, Hex: true, Size: 8}, "0x1.7e43c8800759cp+996", "0x1.7e43c8800759cp+996"},
		{"long double", event.Float{Text: "1.5", Size: 16}, "1.5", "1.5"},
	})
}

func TestValues(t *testing.T) {
	ints := []event.Value{i32(3), i32(4), i32(5), i32(7)}
	pair := []event.Field{{Name: "tv_sec", Value: i32(1)}, {Name: "tv_nsec", Value: i32(0)}}
	checkValues(t, []valueTest{
		{"pointer", event.Pointer{Addr: 0x7fff10}, "0x7fff10", "0x7fff10"},
		{"null", event.Pointer{}, "nil", "NULL"},
		{"no null", event.Pointer{Numeric: true}, "0", "0"},
		{"region", event.Pointer{Addr: 0x401136, Region: "heap"}, "0x401136<heap>", "0x401136<heap>"},
		{"symbol", event.Pointer{Addr: 0x401136, Symbol: "main+0x4"}, "0x401136<main+0x4>", "0x401136<main+0x4>"},
		{"unread", event.Unreadable{Addr: 0x10}, "0x10", "0x10"},
		{"string", event.Str{Text: `a"b`}, `"a\"b"`, `"a\"b"`},
		{"cut string", event.Str{Text: "abc", Cut: true}, `"abc"...`, `"abc"...`},

		{"name", event.Name{Name: "AF_INET", Int: i32(2)}, "AF_INET", "AF_INET"},
		{"no name", event.Name{Want: "AF_???", Int: based(event.Hex, 0x99, 4)}, "0x99", "0x99 /* AF_??? */"},
		{"flags", event.Flags{Names: []string{"O_RDWR", "O_CREAT"}}, "O_RDWR|O_CREAT", "O_RDWR|O_CREAT"},
		{"flags and rest", event.Flags{Names: []string{"O_RDWR"}, Rest: 0x400, Want: "O_???"}, "O_RDWR|0x400", "O_RDWR|0x400"},
		{"unknown flags", event.Flags{Rest: 0x400, Want: "O_???"}, "0x400", "0x400 /* O_??? */"},
		{"no flags", event.Flags{Want: "O_???"}, "0", "0"},
		{"mode", event.Flags{Names: []string{"S_IFREG"}, Rest: 0o644, Base: event.Octal}, "S_IFREG|0644", "S_IFREG|0644"},
		{"empty mode", event.Flags{Names: []string{"S_IFREG"}, Base: event.Octal}, "S_IFREG|000", "S_IFREG|000"},

		{"array", event.List{Items: ints}, "[3, 4, 5, 7]", "[3, 4, 5, 7]"},
		{"cut array", event.List{Items: ints, Cut: true}, "[3, 4, 5, 7...]", "[3, 4, 5, 7, ...]"},
		{"all cut", event.List{Cut: true}, "[...]", "[...]"},
		{"array that ends in nowhere", event.List{Items: ints[:1], Rest: 0x1000}, "[3... /* 0x1000 */]", "[3, ... /* 0x1000 */]"},
		{"bits", event.List{Items: ints, Set: true, Bits: true}, "<3-5,7>", "<3-5,7>"},
		{"no bits", event.List{Set: true, Bits: true}, "<>", "<>"},
		{"other bits", event.List{Items: ints[3:], Set: true, Bits: true, Not: true}, "~<7>", "~<7>"},
		{"set of numbers", event.List{Items: ints, Set: true}, "[3 4 5 7]", "[3 4 5 7]"},
		{"empty set", event.List{Set: true}, "[]", "[]"},
		{"full set", event.List{Set: true, Not: true}, "~[]", "~[]"},
		{"set", event.List{Items: []event.Value{event.Name{Name: "INT"}, event.Name{Name: "TERM"}}, Set: true}, "[INT TERM]", "[INT TERM]"},

		{"struct", event.Record{Fields: pair}, "{tv_sec=1, tv_nsec=0}", "{tv_sec=1, tv_nsec=0}"},
		{"cut struct", event.Record{Fields: pair[:1], Cut: true}, "{tv_sec=1, ...}", "{tv_sec=1, ...}"},
		{"bare struct", event.Record{Fields: []event.Field{{Value: i32(1)}, {Value: i32(2)}}}, "{1, 2}", "{1, 2}"},

		{"void", event.Void{}, "<void>", "<void>"},
		{"errno", event.Errno{Num: 2, Name: "ENOENT", Text: "No such file or directory"}, "-1 ENOENT (No such file or directory)", "-1 ENOENT (No such file or directory)"},
		{"strange errno", event.Errno{Num: 524}, "-1 (errno 524)", "-1 (errno 524)"},
		{"restart", event.Errno{Num: 512, Name: "ERESTARTSYS", Text: "To be restarted", Restart: true}, "? ERESTARTSYS (To be restarted)", "? ERESTARTSYS (To be restarted)"},
		{"fd", event.FD{Num: 3}, "3", "3"},
		{"fd path", event.FD{Num: 3, Path: "/a<b\n"}, `3</a\74b\n>`, `3</a\74b\n>`},
		{"fd about", event.FD{Num: 3, Description: "TCP:[1->2]\x1b"}, `3<TCP:[1->2]\33>`, `3<TCP:[1->2]\33>`},
		{"pid", event.PID{Num: 12, Comm: "a>b"}, `12<a\76b>`, `12<a\76b>`},
		{"pid outside", event.PID{Num: 2, Outer: 4711}, "2 /* 4711 in strace's PID NS */", "2 /* 4711 in strace's PID NS */"},
		{"fd device", event.FD{Num: 0, Path: "/dev/pts/3", Device: "char 136:3"}, "0</dev/pts/3<char 136:3>>", "0</dev/pts/3<char 136:3>>"},
		{"deleted", event.FD{Num: 3, Path: "/tmp/x", Deleted: true}, "3</tmp/x>(deleted)", "3</tmp/x>(deleted)"},
		{"cwd", event.FD{Num: -100, Cwd: true}, "AT_FDCWD", "AT_FDCWD"},
		{"change", event.Change{Before: i32(16), After: i32(10)}, "16 => 10", "16 => 10"},
		{"unknown change", event.Change{Before: i32(16), After: event.Pending{}}, "16", "16"},
		{"stream", event.Pointer{Addr: 0x5500, Stream: &event.FD{Num: 3, Path: "/etc/passwd"}}, "0x5500<3</etc/passwd>>", "0x5500<3</etc/passwd>>"},
		{"note", event.Note{Value: event.Pointer{Addr: 0x7ffd}, Text: "24 vars"}, "0x7ffd /* 24 vars */", "0x7ffd /* 24 vars */"},
		{"extra", event.Note{Value: i32(1), Extra: event.List{Items: ints[:1]}}, "1 ([3])", "1 ([3])"},
		{"brief and extra", event.Note{
			Value: event.Int{Bits: 0x8002, Size: 4, Base: event.Hex}, Brief: "flags",
			Extra: event.Flags{Bits: 0x8002, Size: 4, Names: []string{"O_RDWR", "O_LARGEFILE"}},
		}, "0x8002 (flags O_RDWR|O_LARGEFILE)", "0x8002 (flags O_RDWR|O_LARGEFILE)"},
		{"brief", event.Note{Value: i32(0), Brief: "Timeout"}, "0 (Timeout)", "0 (Timeout)"},
		{"raw", event.Verbatim{Text: "makedev(0x8, 0x1)"}, "makedev(0x8, 0x1)", "makedev(0x8, 0x1)"},
		{"pending", event.Pending{}, "?", "?"},
		{"none", nil, "?", "?"},
	})
}

// TestDeepValue: a list of lists of lists is cut at some depth.
func TestDeepValue(t *testing.T) {
	var v event.Value = i32(1)
	for range 100000 {
		v = event.List{Items: []event.Value{v}}
	}
	if n := len(show(v, &libraryLook)); n > 200 {
		t.Errorf("%d bytes", n)
	}
}

// TestNoEmptyColor: an empty text gets no colour.
func TestNoEmptyColor(t *testing.T) {
	for _, v := range []event.Value{
		event.Flags{}, event.Flags{Rest: 4}, event.Flags{Bits: 3, Rest: 3, Base: event.Octal}, event.Name{}, event.Str{}, event.Verbatim{}, event.Errno{},
		event.List{}, event.Record{}, event.FD{Cwd: true}, event.Note{Value: event.Flags{}},
	} {
		for _, k := range []*look{&libraryLook, &systemLook, &rawLook, &verboseLook} {
			l := newLine(Options{Color: true})
			l.tint(eventTint)
			l.value(v, k)
			l.plain()
			text := string(l.b)
			for _, end := range strings.Split(text, "\x1b[")[1:] {
				if code, rest, _ := strings.Cut(end, "m"); code != "" && rest == "" {
					t.Errorf("%#v: %q", v, text)
				}
			}
			if l.width() != len(regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(text, "")) {
				t.Errorf("%#v: width %d of %q", v, l.width(), text)
			}
		}
	}
}
