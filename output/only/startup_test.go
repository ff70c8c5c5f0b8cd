package only

import (
	"strings"
	"testing"

	"plait/event"
)

// TestInit: a call that libc makes for the loader is the loader's only if the loader goes on
// after it.
func TestInit(t *testing.T) {
	for _, test := range []struct{ script, want, notice string }{
		{"ld libc ld prog", "7:+4(0,0) 7:-4(0,0)", "ld.so: 3 system calls"},
		{"ld libc prog ld", "7:+2(0,0) 7:-2(0,0) 7:+3(0,0) 7:-3(0,0) 7:+4(0,0) 7:-4(0,0)", "ld.so: 1 system call"},
		{"ld libc libc ld", "7:+2(0,0) 7:-2(0,0) 7:+3(0,0) 7:-3(0,0) 7:+4(0,0) 7:-4(0,0)", "ld.so: 1 system call"},
		{"libc ld", "7:+1(0,0) 7:-1(0,0) 7:+2(0,0) 7:-2(0,0)", ""},
	} {
		l := &log{}
		s := NewStartup(l)
		h := event.Head{PID: 7, TID: 7}
		_ = s.Emit(&event.Spawn{Head: h, Kind: event.Launched, ChildPID: 7, ChildTID: 7})
		for i, from := range strings.Fields(test.script) {
			c := &event.Call{ID: uint64(i + 1), Kind: event.System, Name: "prlimit64", From: map[string]string{"ld": "ld-linux-x86-64.so.2", "libc": "libc.so.6", "prog": "prog"}[from]}
			if from == "prog" {
				c.Kind = event.Library
			}
			_ = s.Emit(&event.Enter{Head: h, Call: c})
			_ = s.Emit(&event.Return{Head: h, Call: c})
			*c = event.Call{} // it is the tracer's
		}
		_ = s.Emit(&event.Exit{Head: h, Process: true})
		if got := strings.Join(l.seen, " "); got != test.want || !strings.HasPrefix(strings.Join(l.notices, "|"), test.notice) {
			t.Errorf("%s: %s, want %s; %q", test.script, got, test.want, l.notices)
		}
	}
}

// TestStartup: the loader's calls at the start of each program are one line; what comes
// later, or is not the loader's, is shown.
func TestStartup(t *testing.T) {
	l := &log{}
	s := NewStartup(l)
	id := uint64(0)
	call := func(pid int, from string, kind event.CallKind, depth int) {
		id++
		c := &event.Call{ID: id, Kind: kind, From: from}
		h := event.Head{PID: pid, TID: pid, Depth: depth}
		_ = s.Emit(&event.Enter{Head: h, Call: c})
		_ = s.Emit(&event.Return{Head: h, Call: c})
	}
	spawn := func(pid int, how event.SpawnKind) {
		_ = s.Emit(&event.Spawn{Head: event.Head{PID: 1, TID: 1}, Kind: how, ChildPID: pid, ChildTID: pid})
	}
	spawn(1, event.Launched)
	call(1, "ld-linux-x86-64.so.2", event.System, 0)
	call(1, "ld-linux-x86-64.so.2", event.System, 0)
	call(1, "libc.so.6", event.System, 0)            // 3
	call(1, "ld-linux-x86-64.so.2", event.System, 0) // 4, later
	spawn(2, event.Forked)
	call(2, "ld-linux-x86-64.so.2", event.System, 0) // 5, of a process that was not started
	_ = s.Emit(&event.Exec{Head: event.Head{PID: 2, TID: 2}})
	call(2, "/lib/ld-linux-x86-64.so.2", event.System, 0)
	_ = s.Emit(&event.Exit{Head: event.Head{PID: 2, TID: 2}, Process: true})
	spawn(3, event.Attached)
	call(3, "ld-linux-x86-64.so.2", event.System, 0) // 7
	spawn(4, event.Launched)
	call(4, "prog", event.System, 0) // 8
	_ = s.Close()
	want := "1:+3(0,0) 1:-3(0,0) 1:+4(0,0) 1:-4(0,0) 2:+5(0,0) 2:-5(0,0) 3:+7(0,0) 3:-7(0,0) 4:+8(0,0) 4:-8(0,0)"
	if got := strings.Join(l.seen, " "); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
	want = "ld.so: 2 system calls; --startup shows them|ld.so: 1 system call; --startup shows it"
	if got := strings.Join(l.notices, "|"); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}
