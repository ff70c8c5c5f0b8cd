package inject

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"plait/arch"
	"plait/bound"
	"plait/event"
	"plait/syscalls"
)

// injections are values of -e inject=, without "chdir:", and what they mean.
var injections = []struct {
	text string
	want Injection // Calls, and When if it is not the default, are left out
}{
	{"error=ENOENT", Injection{Result: ^uint64(1), Replaced: true, Error: true}},
	{"error=enoent", Injection{Result: ^uint64(1), Replaced: true, Error: true}},
	{"error=2", Injection{Result: ^uint64(1), Replaced: true, Error: true}},
	{"error=512", Injection{Result: ^uint64(511), Replaced: true, Error: true}},
	{"retval=0x10", Injection{Result: 16, Replaced: true}},
	{"retval=010", Injection{Result: 8, Replaced: true}},
	{"retval=-1", Injection{Result: ^uint64(0), Replaced: true}},
	{"retval=+7", Injection{Result: 7, Replaced: true}},
	{"signal=usr1", Injection{Signal: 10}},
	{"signal=SIGRT_3", Injection{Signal: 35}},
	{"signal=64", Injection{Signal: 64}},
	{"error=1:syscall=getpid", Injection{Result: ^uint64(0), Replaced: true, Error: true, Instead: "getpid"}},
	{"delay_enter=5", Injection{DelayEnter: 5 * time.Microsecond}},
	{"delay_enter=1.5ms:delay_exit=2s", Injection{DelayEnter: 1500 * time.Microsecond, DelayExit: 2 * time.Second}},
	{"delay_exit=1e3ns", Injection{DelayExit: time.Microsecond}},
	{"delay_exit=0", Injection{DelayExit: -1}},
	{"poke_enter=@arg1=00ff,@arg7=0x10", Injection{PokeEnter: []Poke{{0, []byte{0, 255}}, {6, []byte{16}}}}},
	{"poke_exit=@arg2=01,,", Injection{PokeExit: []Poke{{1, []byte{1}}}}},
	{"signal=1::error=1:", Injection{Signal: 1, Result: ^uint64(0), Replaced: true, Error: true}},
}

// wrongInjections are refused by strace, too.
var wrongInjections = []string{
	"", "when=2", "error=0", "error=4096", "error=", "error=NOSUCH", "error=1:error=2", "error=1:retval=2", "retval=",
	"retval=1x", "retval=1_0", "retval=0b1", "retval=0o1", "retval=99999999999999999999", "signal=0", "signal=65",
	"signal=1:signal=2", "error=1:when=0", "error=1:when=1+0", "error=1:when=65536", "error=1:when=1..65535",
	"error=1:when=3..2", "error=1:when=3..", "error=1:when=", "error=1:when=0x1", "error=1:when=2+3..5", "foo", "syscall=getpid",
	"error=1:syscall=chdir", "error=1:syscall=nosuch", "error=1:syscall=getpid:syscall=gettid", "delay_enter=1:delay_enter=1",
	"delay_enter=-1", "delay_enter=", "delay_enter=ms", "delay_enter=1m", "delay_enter=nan", "delay_enter=inf",
	"delay_enter=0x10", "delay_enter=1e30", "poke_enter=", "poke_enter=@arg8=00", "poke_enter=@arg0=00", "poke_enter=@arg1=0",
	"poke_enter=@arg1=", "poke_enter=@arg1=0x", "poke_enter=arg1=00", "poke_enter=@arg1=00,@arg1=00", "poke_enter=@arg01=00",
	"poke_enter=@arg1=" + strings.Repeat("00", maxPoke+1),
}

// systemCall returns a call of that name.
func systemCall(table *syscalls.Table, name string) *event.Call {
	nr, _ := table.Number(name)
	return &event.Call{Kind: event.System, Name: name, Number: int(nr)}
}

func TestParseInjection(t *testing.T) {
	table := syscalls.For(arch.AMD64, 0)
	for _, c := range injections {
		got, _, err := Parse("chdir:"+c.text, false, table)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if !got.Calls(systemCall(table, "chdir")) || got.Calls(systemCall(table, "fchdir")) || got.Calls(&event.Call{Name: "chdir"}) {
			t.Errorf("%s: wrong calls", c.text)
		}
		if got.When != (When{First: 1, Step: 1}) {
			t.Errorf("%s: when %v", c.text, got.When)
		}
		got.Calls, got.When = nil, When{}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.text, got, c.want)
		}
	}
	for _, text := range wrongInjections {
		want := fmt.Sprintf("invalid inject argument 'chdir:%s'", text)
		if _, _, err := Parse("chdir:"+text, false, table); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// TestParseFault: -e fault= accepts only errors. Its default is ENOSYS.
func TestParseFault(t *testing.T) {
	table := syscalls.For(arch.AMD64, 0)
	for text, want := range map[string]string{
		"chdir":              "error 38, when {1 0 1}",
		"chdir:when=2":       "error 38, when {2 0 0}",
		"chdir:error=EIO":    "error 5, when {1 0 1}",
		"chdir:retval=1":     "invalid fault argument 'chdir:retval=1'",
		"chdir:signal=INT":   "invalid fault argument 'chdir:signal=INT'",
		"chdir:error=0":      "invalid fault argument 'chdir:error=0'",
		"nosuch":             "invalid system call 'nosuch'",
		"":                   "invalid system call ''",
		"%pure:error=EFAULT": "error 14, when {1 0 1}",
	} {
		in, _, err := Parse(text, true, table)
		got := fmt.Sprintf("error %d, when %v", -in.Result, in.When)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestInjectionWarnings(t *testing.T) {
	table := syscalls.For(arch.AMD64, 0)
	for value, want := range map[string]string{
		"5":           "",
		"-1":          "Inadvertent injection of error 1 is possible for retval=18446744073709551615",
		"-4095":       "Inadvertent injection of error 4095 is possible for retval=18446744073709547521",
		"-4096":       "Injected return value 18446744073709547520 will be clipped to 4294963200 in compat personality",
		"4294967295":  "Inadvertent injection of error 1 is possible in compat personality for retval=4294967295",
		"8589934591":  "Inadvertent injection of error 1 is possible in compat personality for retval=8589934591",
		"4294967296":  "Injected return value 4294967296 will be clipped to 0 in compat personality",
		"4294963200":  "",
		"18446744073": "Injected return value 18446744073 will be clipped to 1266874889 in compat personality",
	} {
		_, warnings, err := Parse("chdir:retval="+value, false, table)
		if err != nil || strings.Join(warnings, "|") != want {
			t.Errorf("%s: got %q, %v, want %q", value, warnings, err, want)
		}
	}
}

func TestWhen(t *testing.T) {
	for text, want := range map[string]string{
		"3": "3", "3+": "3 4 5 6 7 8 9", "2+3": "2 5 8", "2..5": "2 3 4 5", "2..5+": "2 3 4 5", "2..6+3": "2 5",
		"+1": "1", "9..9": "9", "1+65535": "1",
	} {
		in, _, err := Parse("chdir:error=1:when="+text, false, syscalls.For(arch.AMD64, 0))
		var got []string
		for n := 1; n < 10 && err == nil; n++ {
			if in.When.includes(n) {
				got = append(got, fmt.Sprint(n))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("when=%s: calls %v, want %s", text, got, want)
		}
	}
}

// FuzzParseInjection: any text is parsed or refused.
func FuzzParseInjection(f *testing.F) {
	for _, c := range injections {
		f.Add("chdir:"+c.text, false)
	}
	for _, text := range wrongInjections {
		f.Add("chdir:"+text, true)
	}
	table := syscalls.For(arch.AMD64, 0)
	f.Fuzz(func(t *testing.T, text string, fault bool) {
		bound.Input(t, func() {
			in, _, err := Parse(text, fault, table)
			if err != nil {
				return
			}
			w := in.When
			if w.First < 1 || w.Step < 0 || w.Last != 0 && w.Last < w.First {
				t.Errorf("%q: when %+v", text, w)
			}
			if in.Error && -in.Result-1 >= maxErrno {
				t.Errorf("%q: error %d", text, -in.Result)
			}
		})
	})
}
