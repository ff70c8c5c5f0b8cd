package text

import (
	"testing"

	"plait/event"
)

// TestConstants shows the three forms of strace's -X.
func TestConstants(t *testing.T) {
	hex := func(n uint64) event.Int { return event.Int{Bits: n, Size: 4, Base: event.Hex} }
	open := event.Flags{Names: []string{"O_RDWR", "O_CREAT"}, Bits: 0x1000042, Rest: 0x1000000, Base: event.Hex, Want: "O_???", Size: 4}
	for _, test := range []struct {
		value                event.Value
		abbrev, raw, verbose string
	}{
		{event.Name{Name: "SEEK_CUR", Int: hex(1)}, "SEEK_CUR", "0x1", "0x1 /* SEEK_CUR */"},
		{event.Name{Name: "F_OK", Int: hex(0)}, "F_OK", "0", "0 /* F_OK */"},
		{event.Name{Name: "SIGUSR1", Int: i32(10)}, "SIGUSR1", "10", "10 /* SIGUSR1 */"},
		{event.Name{Want: "AF_???", Int: hex(0x63)}, "0x63 /* AF_??? */", "0x63", "0x63 /* AF_??? */"},
		{event.FD{Num: -100, Cwd: true, Path: "/tmp"}, "AT_FDCWD</tmp>", "-100</tmp>", "-100 /* AT_FDCWD */</tmp>"},
		{open, "O_RDWR|O_CREAT|0x1000000", "0x1000042", "0x1000042 /* O_RDWR|O_CREAT|0x1000000 */"},
		{event.Flags{Names: []string{"O_RDONLY"}, Base: event.Hex}, "O_RDONLY", "0", "0 /* O_RDONLY */"},
		{event.Flags{Base: event.Hex, Want: "X_???"}, "0", "0", "0"},
		{event.Flags{Base: event.Hex, Want: "X_???", Rest: 0x77, Bits: 0x77}, "0x77 /* X_??? */", "0x77", "0x77 /* X_??? */"},
		{
			event.Flags{Names: []string{"S_IFREG"}, Base: event.Octal, Rest: 0o644, Bits: 0o100644},
			"S_IFREG|0644", "0100644", "0100644 /* S_IFREG|0644 */",
		},
		{
			event.Flags{
				Names: []string{"SOCK_STREAM", "SOCK_CLOEXEC"}, Base: event.Hex, Bits: 0x80001,
				Enum: &event.Name{Name: "SOCK_STREAM", Int: hex(1)},
			},
			"SOCK_STREAM|SOCK_CLOEXEC", "0x1|0x80000", "0x1 /* SOCK_STREAM */|0x80000 /* SOCK_CLOEXEC */",
		},
		{
			event.Flags{
				Names: []string{"SOCK_STREAM"}, Base: event.Hex, Bits: 0x101, Rest: 0x100, Want: "SOCK_???",
				Enum: &event.Name{Name: "SOCK_STREAM", Int: hex(1)},
			},
			"SOCK_STREAM|0x100 /* SOCK_??? */", "0x1|0x100", "0x1 /* SOCK_STREAM */|0x100 /* SOCK_??? */",
		},
		{
			event.Flags{
				Names: []string{"CLONE_VM", "SIGCHLD"}, Base: event.Hex, Bits: 0x111,
				Enum: &event.Name{Name: "SIGCHLD", Int: i32(17)},
			},
			"CLONE_VM|SIGCHLD", "0x100|17", "0x100 /* CLONE_VM */|17 /* SIGCHLD */",
		},
		{
			event.Flags{Names: []string{"127"}, Base: event.Hex, Bits: 127, Enum: &event.Name{Int: i32(127)}},
			"127", "127", "127",
		},
		{
			event.List{Set: true, Items: []event.Value{event.Name{Name: "USR1", Int: i32(10)}, event.Name{Name: "HUP", Int: i32(1)}}},
			"[USR1 HUP]", "[10 1]", "[10 /* USR1 */ 1 /* HUP */]",
		},
		{event.Verbatim{Text: "htons(9)", Data: "\x00\x09"}, "htons(9)", `"\x00\x09"`, `"\x00\x09" /* htons(9) */`},
		{
			event.Verbatim{Text: `inet_pton(AF_INET6, "::1")`, Data: "\x01", Into: "sin6_addr"},
			`inet_pton(AF_INET6, "::1", &sin6_addr)`, `sin6_addr="\x01"`, `sin6_addr="\x01" /* inet_pton(AF_INET6, "::1") */`,
		},
		{event.Verbatim{Text: "000"}, "000", "000", "000"},
		{event.Pointer{}, "NULL", "NULL", "NULL"},
		{event.Errno{Num: 2, Name: "ENOENT", Text: "No such file"}, "-1 ENOENT (No such file)", "-1 ENOENT (No such file)", "-1 ENOENT (No such file)"},
	} {
		for form, want := range map[ConstForm]string{ConstAbbrev: test.abbrev, ConstRaw: test.raw, ConstVerbose: test.verbose} {
			p := New(nil, Options{Style: Strace, Constants: form})
			if got := show(test.value, p.look()); got != want {
				t.Errorf("%#v, form %d: %s, want %s", test.value, form, got, want)
			}
		}
	}
}

// TestHexForms shows the forms of text, in strings and in the names of files.
func TestHexForms(t *testing.T) {
	for _, test := range []struct {
		text string
		want [4]string // in the order of the forms
	}{
		{"a\n", [4]string{`"a\n"`, `"a\n"`, `"a\n"`, `"\x61\x0a"`}},
		{"a\x011", [4]string{`"a\0011"`, `"a\x011"`, `"\x61\x01\x31"`, `"\x61\x01\x31"`}},
		{"é", [4]string{`"\303\251"`, `"\xc3\xa9"`, `"\xc3\xa9"`, `"\xc3\xa9"`}},
		{"", [4]string{`""`, `""`, `""`, `""`}},
	} {
		for form, want := range test.want {
			l := newLine(Options{Hex: HexForm(form)})
			l.quoted(test.text)
			if got := string(l.b); got != want {
				t.Errorf("%q, form %d: %s, want %s", test.text, form, got, want)
			}
		}
	}
	l := newLine(Options{Hex: HexAll})
	l.fd(event.FD{Num: 3, Path: "/a"}, &systemLook)
	if got := string(l.b); got != `3<\x2f\x61>` {
		t.Errorf("a path: %s", got)
	}
}
