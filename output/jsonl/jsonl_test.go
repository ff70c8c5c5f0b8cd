package jsonl

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"plait/event"
)

// trace writes events and returns the records as lines.
func trace(t *testing.T, events ...event.Event) string {
	t.Helper()
	var b strings.Builder
	j := New(&b, Options{Version: "1", Argv: []string{"plait", "ls\xff"}})
	for _, e := range events {
		if err := j.Emit(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
	return b.String()
}

// at is a head some nanoseconds after the beginning of the trace.
func at(ns, tid, depth int) event.Head {
	return event.Head{Time: time.Unix(1700000000, int64(ns)).UTC(), PID: 7, TID: tid, Depth: depth}
}

// TestStream writes a trace of calls in calls, in two threads, and all other
// events.
func TestStream(t *testing.T) {
	outer := &event.Call{ID: 1, Kind: event.Library, Object: "libc.so.6", From: "ls", Name: "malloc", Number: -1, Caller: 0x401136,
		Args: []event.Arg{{Name: "size", Value: event.Int{Bits: 10, Size: 8}}}}
	inner := &event.Call{ID: 2, Kind: event.System, Name: "brk", Number: 12, Args: []event.Arg{{Name: "addr", Value: event.Pointer{}}}}
	other := &event.Call{ID: 3, Kind: event.System, Name: "exit_group", Number: 231, Args: []event.Arg{{Value: event.Int{}}}}
	unknown := &event.Call{ID: 4, Kind: event.Library, Name: "odd", Number: -1, Guess: true, More: true,
		Stack: []event.Caller{{Addr: 0x10, Object: "/bin/ls", Symbol: "main", Offset: 4, Source: "ls.c", Line: 3}}}
	got := trace(t,
		&event.Spawn{Head: at(0, 7, 0), Kind: event.Launched, ChildPID: 7, ChildTID: 7},
		&event.Enter{Head: at(100, 7, 0), Call: outer},
		&event.Enter{Head: at(150, 7, 1), Call: inner},
		&event.Enter{Head: at(160, 8, 0), Call: other},
		&event.Return{Head: at(180, 7, 1), Call: inner, Elapsed: 30, Result: event.Errno{Num: 12, Name: "ENOMEM"}},
		&event.Signal{Head: at(190, 7, 1), Number: 2, Name: "SIGINT", Info: event.Record{Fields: []event.Field{{Name: "si_pid", Value: event.Int{Bits: 5}}}}},
		&event.Return{Head: at(200, 7, 0), Call: outer, Elapsed: 100, Result: event.Pointer{Addr: 0x55}},
		&event.Enter{Head: at(210, 7, 0), Call: unknown},
		&event.Return{Head: at(220, 7, 0), Call: unknown, Elapsed: 10, Outcome: event.Longjmp},
		&event.Stopped{Head: at(230, 7, 0), Number: 19, Name: "SIGSTOP"},
		&event.Exec{Head: at(240, 7, 0), Path: "/bin/b\xff"},
		&event.Notice{Head: at(250, 0, 0), Text: "odd\x1b[m"},
		&event.Return{Head: at(260, 8, 0), Call: other, Elapsed: 100, Outcome: event.NoReturn},
		&event.Exit{Head: at(270, 8, 0), Signal: "SIGKILL", Core: true},
		&event.Exit{Head: at(280, 7, 0), Process: true},
		&event.Detach{Head: at(290, 9, 0)},
	)
	want := `{"t":"meta","schema":1,"plait":"1","argv":["plait","ls\\377"],"start":"2023-11-14T22:13:20Z"}
{"t":"spawn","ts":0,"pid":7,"tid":7,"how":"launched","child_pid":7,"child_tid":7}
{"t":"call","ts":150,"pid":7,"tid":7,"id":2,"parent":1,"depth":1,"dur":30,"kind":"system","name":"brk","nr":12,"args":[{"name":"addr","value":null}],"ret":-1,"errno":"ENOMEM","outcome":"returned"}
{"t":"signal","ts":190,"pid":7,"tid":7,"signal":"SIGINT","number":2,"info":{"struct":{"si_pid":5}}}
{"t":"call","ts":100,"pid":7,"tid":7,"id":1,"depth":0,"dur":100,"kind":"library","name":"malloc","object":"libc.so.6","from":"ls","caller":"0x401136","args":[{"name":"size","value":10}],"ret":{"ptr":"0x55"},"outcome":"returned"}
{"t":"call","ts":210,"pid":7,"tid":7,"id":4,"depth":0,"dur":10,"kind":"library","name":"odd","args":[],"ret":null,"outcome":"longjmp","guess":true,"more":true,"stack":[{"addr":"0x10","object":"/bin/ls","symbol":"main","offset":4,"file":"ls.c","line":3}]}
{"t":"stopped","ts":230,"pid":7,"tid":7,"signal":"SIGSTOP","number":19}
{"t":"exec","ts":240,"pid":7,"tid":7,"path":"/bin/b\\377"}
{"t":"notice","ts":250,"pid":7,"text":"odd\u001b[m"}
{"t":"call","ts":160,"pid":7,"tid":8,"id":3,"depth":0,"dur":100,"kind":"system","name":"exit_group","nr":231,"args":[{"value":0}],"ret":null,"outcome":"noreturn"}
{"t":"exit","ts":270,"pid":7,"tid":8,"process":false,"signal":"SIGKILL","core":true}
{"t":"exit","ts":280,"pid":7,"tid":7,"process":true,"status":0}
{"t":"detach","ts":290,"pid":7,"tid":9}
{"t":"end"}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestSpawn makes a process and a thread inside a library call: it is open in the
// process too, the system call in it is not, and in the thread nothing is.
func TestSpawn(t *testing.T) {
	fork := &event.Call{ID: 1, Kind: event.Library, Name: "fork", Number: -1}
	clone := &event.Call{ID: 2, Kind: event.System, Name: "clone", Number: 56}
	puts := func(id uint64) *event.Call {
		return &event.Call{ID: id, Kind: event.Library, Name: "puts", Number: -1}
	}
	got := trace(t,
		&event.Enter{Head: at(10, 7, 0), Call: fork},
		&event.Enter{Head: at(20, 7, 1), Call: clone},
		&event.Spawn{Head: at(30, 7, 2), Kind: event.Forked, ChildPID: 8, ChildTID: 8},
		&event.Spawn{Head: at(30, 7, 2), Kind: event.Threaded, ChildPID: 7, ChildTID: 9},
		&event.Enter{Head: at(40, 8, 1), Call: puts(3)},
		&event.Return{Head: at(40, 8, 1), Call: puts(3)},
		&event.Enter{Head: at(40, 9, 0), Call: puts(4)},
		&event.Return{Head: at(40, 9, 0), Call: puts(4)},
		&event.Return{Head: at(40, 8, 0), Call: fork},
	)
	if got, want := parents(got), "8: 1, 9: 0, 8: 0"; got != want {
		t.Errorf("threads and their calls' parents: %s, want %s", got, want)
	}
}

// TestExec: a new image ends all calls before the one that made it returns.
func TestExec(t *testing.T) {
	execl := &event.Call{ID: 1, Kind: event.Library, Name: "execl", Number: -1}
	execve := &event.Call{ID: 2, Kind: event.System, Name: "execve", Number: 59}
	got := trace(t,
		&event.Enter{Head: at(10, 7, 0), Call: execl},
		&event.Enter{Head: at(20, 7, 1), Call: execve},
		&event.Return{Head: at(30, 7, 0), Call: execl, Outcome: event.NoReturn},
		&event.Exec{Head: at(30, 7, 0), Path: "/bin/true"},
		&event.Return{Head: at(40, 7, 1), Call: execve},
	)
	if got, want := parents(got), "7: 0, 7: 1"; got != want {
		t.Errorf("threads and their calls' parents: %s, want %s", got, want)
	}
}

// parents are the threads of the calls in a trace, with the calls that they were
// made in.
func parents(trace string) string {
	var list []string
	for line := range strings.Lines(trace) {
		var r struct {
			T           string
			TID, Parent int
		}
		if err := json.Unmarshal([]byte(line), &r); err == nil && r.T == "call" {
			list = append(list, fmt.Sprintf("%d: %d", r.TID, r.Parent))
		}
	}
	return strings.Join(list, ", ")
}

// TestValues writes every kind of value.
func TestValues(t *testing.T) {
	minusOne := event.Int{Bits: ^uint64(0), Size: 4, Signed: true}
	for _, c := range []struct {
		value event.Value
		want  string
	}{
		{event.Int{Bits: 42}, `42`},
		{minusOne, `-1`},
		{event.Int{Bits: 1 << 60}, `"1152921504606846976"`},
		{event.Int{Bits: 1 << 63, Signed: true}, `"-9223372036854775808"`},
		{event.Int{Bits: 1, Base: event.Bool}, `true`},
		{event.Float{F: 2.5}, `2.5`},
		{event.Float{F: math.NaN()}, `"NaN"`},
		{event.Float{Text: "1.5"}, `"1.5"`},
		{event.Pointer{}, `null`},
		{event.Pointer{Addr: 0xffff800000000000, Symbol: "main"}, `{"ptr":"0xffff800000000000","symbol":"main"}`},
		{event.Str{Text: "a\"\n<é>"}, `"a\"\n<é>"`},
		{event.Str{Text: "ab", Cut: true}, `{"cut":true,"str":"ab"}`},
		{event.Str{Text: "\xff\x00"}, `{"b64":"/wA="}`},
		{event.Name{Name: "AF_INET", Int: event.Int{Bits: 2}}, `{"name":"AF_INET","value":2}`},
		{event.Name{Want: "AF_???", Int: event.Int{Bits: 99}}, `{"name":"","value":99}`},
		{event.Flags{Names: []string{"O_RDWR"}, Rest: 4, Bits: 6}, `{"flags":["O_RDWR"],"value":6}`},
		{event.Flags{}, `{"flags":[],"value":0}`},
		{event.List{Items: []event.Value{minusOne, event.Void{}}}, `[-1,null]`},
		{event.List{Items: []event.Value{minusOne}, Cut: true}, `{"cut":true,"items":[-1]}`},
		{event.List{Set: true, Not: true}, `{"not":true,"set":[]}`},
		{event.List{Rest: 16}, `{"items":[],"unreadable":"0x10"}`},
		{event.Record{Fields: []event.Field{{Name: "b", Value: minusOne}, {Value: event.Pending{}}}, Cut: true}, `{"cut":true,"struct":{"1":null,"b":-1}}`},
		{event.Unread{Addr: 16}, `{"ptr":"0x10","unreadable":true}`},
		{event.FD{Num: 3}, `{"fd":3}`},
		{event.FD{Num: -100, Cwd: true, Path: "/tmp\xff", Gone: true}, `{"deleted":true,"fd":-100,"name":"AT_FDCWD","path":"/tmp\\377"}`},
		{event.FD{Num: 0, Path: "/dev/tty", Device: "char 5:0", About: "x"}, `{"about":"x","device":"char 5:0","fd":0,"path":"/dev/tty"}`},
		{event.PID{Num: 5}, `5`},
		{event.PID{Num: 5, Comm: "sh", Outer: 9}, `{"comm":"sh","outside":9,"pid":5}`},
		{event.Change{Before: minusOne, After: event.Int{}}, `{"after":0,"before":-1}`},
		{event.Note{Value: minusOne, Text: "n", Brief: "b", Extra: event.Int{}}, `{"brief":"b","extra":0,"note":"n","value":-1}`},
		{event.Raw{Text: "htons(80)"}, `{"text":"htons(80)"}`},
	} {
		got, err := json.Marshal(value(c.value, 0))
		if err != nil {
			t.Errorf("%#v: %v", c.value, err)
		}
		var b strings.Builder
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if enc.Encode(value(c.value, 0)); strings.TrimSpace(b.String()) != c.want {
			t.Errorf("%#v: %s, want %s", c.value, got, c.want)
		}
	}
}

// TestDeep ends where values hold themselves.
func TestDeep(t *testing.T) {
	v := event.Value(event.Int{})
	for range 10000 {
		v = event.List{Items: []event.Value{v}}
	}
	b, err := json.Marshal(value(v, 0))
	if err != nil || len(b) > 200 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}
