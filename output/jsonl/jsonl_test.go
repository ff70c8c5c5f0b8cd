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

// at returns a head so many nanoseconds after the beginning of the trace.
func at(ns, tid, depth int) event.Head {
	return event.Head{Time: time.Unix(1700000000, int64(ns)).UTC(), PID: 7, TID: tid, Depth: depth}
}

// TestStream writes a trace of all events: nested calls, two threads, what a forked
// process inherits, and a thread that execve(2) renames.
func TestStream(t *testing.T) {
	outer := &event.Call{ID: 1, Kind: event.Library, Object: "libc.so.6", From: "ls", Name: "malloc", Number: -1, Caller: 0x401136,
		Args: []event.Arg{{Name: "size", Value: event.Int{Bits: 10, Size: 8}}}}
	inner := &event.Call{ID: 2, Parent: 1, Kind: event.System, Name: "brk", Number: 12, Args: []event.Arg{{Name: "addr", Value: event.Pointer{}}}}
	other := &event.Call{ID: 3, Kind: event.System, Name: "exit_group", Number: 231, Args: []event.Arg{{Value: event.Int{}}}}
	unknown := &event.Call{ID: 4, Kind: event.Library, Name: "odd", Number: -1, Guess: true, MoreArgs: true,
		Stack: []event.Caller{{Addr: 0x10, Object: "/bin/ls", Symbol: "main", Source: "ls.c", Line: 3}, {Addr: 0x20}}}
	fork := &event.Call{ID: 5, Origin: 4, Kind: event.Function, Name: "f\xff", Version: "V1", Number: -1}
	execve := &event.Call{ID: 6, EnterTID: 8, Kind: event.System, Name: "execve", Number: 59, ABI: "x32", Raw: true, Words: []uint64{16, 0}}
	got := trace(t,
		&event.Spawn{Head: at(0, 7, 0), Kind: event.Launched, ChildPID: 7, ChildTID: 7},
		&event.Enter{Head: at(100, 7, 0), Call: outer},
		&event.Enter{Head: at(150, 7, 1), Call: inner},
		&event.Enter{Head: at(160, 8, 0), Call: other},
		&event.Return{Head: at(180, 7, 1), Call: inner, Elapsed: 30, Result: event.Errno{Num: 12, Name: "ENOMEM"}},
		&event.Signal{Head: at(190, 7, 1), Number: 2, Name: "SIGINT", Info: event.Record{Fields: []event.Field{{Name: "si_pid", Value: event.Int{Bits: 5}}}},
			Stack: []event.Caller{{Addr: 0x10}}},
		&event.Return{Head: at(200, 7, 0), Call: outer, Elapsed: 100, Result: event.Pointer{Addr: 0x55}},
		&event.Enter{Head: at(210, 7, 0), Call: unknown},
		&event.Return{Head: at(220, 7, 0), Call: unknown, Elapsed: 10, Outcome: event.Longjmp},
		&event.Return{Head: at(225, 9, 0), Call: fork, Elapsed: 5, Result: event.Errno{Num: 999}},
		&event.Stopped{Head: at(230, 7, 0), Number: 19, Name: "SIGSTOP"},
		&event.Exec{Head: at(240, 7, 0), Path: "/bin/b\xff", FormerTID: 8},
		&event.Return{Head: at(245, 7, 0), Call: execve, Elapsed: 5, Result: event.Int{}, Word: -7, HasWord: true},
		&event.Exit{Head: at(245, 8, 0), NewTID: 7},
		&event.Notice{Head: at(250, 0, 0), Text: "odd\x1b[m\x7f\u009b\u202e\xff\U0001f600\U000e0001"},
		&event.Return{Head: at(260, 8, 0), Call: other, Elapsed: 100, Outcome: event.NoReturn},
		&event.Exit{Head: at(270, 8, 0), Signal: "SIGKILL", Core: true},
		&event.Exit{Head: at(280, 7, 0), Process: true},
		&event.Detach{Head: at(290, 9, 0)},
	)
	want := `{"t":"meta","schema":3,"plait":"1","argv":["plait",{"b64":"bHP/"}],"start":"2023-11-14T22:13:20Z"}
{"t":"spawn","ts":0,"pid":7,"tid":7,"how":"launched","child_pid":7,"child_tid":7}
{"t":"call","ts":150,"pid":7,"tid":7,"dur":30,"id":2,"parent":1,"depth":1,"kind":"system","name":"brk","nr":12,"args":[{"name":"addr","value":null}],"ret":-1,"errno":"ENOMEM","outcome":"returned"}
{"t":"signal","ts":190,"pid":7,"tid":7,"signal":"SIGINT","number":2,"info":{"struct":{"si_pid":5}},"stack":[{"addr":"0x10"}]}
{"t":"call","ts":100,"pid":7,"tid":7,"dur":100,"id":1,"depth":0,"kind":"library","name":"malloc","object":"libc.so.6","from":"ls","caller":"0x401136","args":[{"name":"size","value":10}],"ret":{"ptr":"0x55"},"outcome":"returned"}
{"t":"call","ts":210,"pid":7,"tid":7,"dur":10,"id":4,"depth":0,"kind":"library","name":"odd","args":[],"ret":null,"outcome":"longjmp","guess":true,"more":true,"stack":[{"addr":"0x10","object":"/bin/ls","symbol":"main","offset":0,"file":"ls.c","line":3},{"addr":"0x20"}]}
{"t":"call","ts":220,"pid":7,"tid":9,"dur":5,"id":5,"origin":4,"depth":0,"kind":"function","name":{"b64":"Zv8="},"version":"V1","args":[],"ret":-1,"errno":"999","outcome":"returned"}
{"t":"stopped","ts":230,"pid":7,"tid":7,"signal":"SIGSTOP","number":19}
{"t":"exec","ts":240,"pid":7,"tid":7,"path":{"b64":"L2Jpbi9i/w=="},"former_tid":8}
{"t":"call","ts":240,"pid":7,"tid":8,"dur":5,"id":6,"depth":0,"kind":"system","name":"execve","nr":59,"abi":"x32","args":[],"raw":["0x10","0x0"],"ret":0,"rv":-7,"outcome":"returned"}
{"t":"exit","ts":245,"pid":7,"tid":8,"process":false,"into":7}
{"t":"notice","ts":250,"pid":7,"text":"odd\u001b[m\u007f\u009b\u202e\\377😀\udb40\udc01"}
{"t":"call","ts":160,"pid":7,"tid":8,"dur":100,"id":3,"depth":0,"kind":"system","name":"exit_group","nr":231,"args":[{"value":0}],"ret":null,"outcome":"noreturn"}
{"t":"exit","ts":270,"pid":7,"tid":8,"process":false,"signal":"SIGKILL","core":true}
{"t":"exit","ts":280,"pid":7,"tid":7,"process":true,"status":0}
{"t":"detach","ts":290,"pid":7,"tid":9}
{"t":"end"}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestHeld: the begin of a call is recorded when the call has lasted for a while, and
// at the latest at the end of the trace.
func TestHeld(t *testing.T) {
	var b strings.Builder
	j := New(&b, Options{})
	call := func(id, parent uint64) *event.Call {
		return &event.Call{ID: id, Parent: parent, Kind: event.Library, Name: "f", Number: -1, Args: []event.Arg{{Name: "n", Value: event.Pending{}}}}
	}
	enter := func(id, parent uint64, depth int) {
		_ = j.Emit(&event.Enter{Head: at(int(id), 7, depth), Call: call(id, parent)})
	}
	leave := func(id uint64) { _ = j.Emit(&event.Return{Head: at(9, 7, 0), Call: call(id, 0), Result: event.Void{}}) }
	enter(1, 0, 0)
	j.pending.stopTimer() // the test fires it itself
	enter(2, 1, 1)
	leave(2)
	j.tick()
	enter(3, 1, 1)
	j.pending.stopTimer()
	j.tick() // 1 was there before
	j.pending.stopTimer()
	leave(1)
	enter(4, 0, 0)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j.tick() // late
	var got []string
	for line := range strings.Lines(b.String()) {
		var r struct {
			T  string
			ID int
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		got = append(got, fmt.Sprint(r.T, r.ID))
	}
	if got, want := strings.Join(got, " "), "meta0 call2 enter1 call1 enter3 enter4 end0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	enterLine := `{"t":"enter","ts":2,"pid":7,"tid":7,"id":3,"parent":1,"depth":1,"kind":"library","name":"f","args":[{"name":"n","value":null}]}`
	if !strings.Contains(b.String(), enterLine+"\n") {
		t.Errorf("no %s in\n%s", enterLine, b.String())
	}
}

// TestEnters: if it is asked for, each call has a record when it begins, and no other.
func TestEnters(t *testing.T) {
	var b strings.Builder
	j := New(&b, Options{Host: "alpha", Enters: true})
	call := &event.Call{ID: 1, Name: "f", Words: []uint64{1 << 63}}
	for _, e := range []event.Event{
		&event.Enter{Head: at(0, 7, 0), Call: call},
		&event.Return{Head: at(9e8, 7, 0), Call: call, Result: event.Int{}},
	} {
		if err := j.Emit(e); err != nil {
			t.Fatal(err)
		}
		j.tick()
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	want := `{"t":"meta","host":"alpha","schema":3,"start":"2023-11-14T22:13:20Z"}
{"t":"enter","host":"alpha","ts":0,"pid":7,"tid":7,"id":1,"depth":0,"kind":"library","name":"f","args":[],"raw":["0x8000000000000000"]}
{"t":"call","host":"alpha","ts":900000000,"pid":7,"tid":7,"dur":0,"id":1,"depth":0,"kind":"library","name":"f","args":[],"raw":["0x8000000000000000"],"ret":0,"outcome":"returned"}
{"t":"end","host":"alpha"}
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestRecordedTime: in a replay only the times of events say how long calls last.
func TestRecordedTime(t *testing.T) {
	var b strings.Builder
	j := New(&b, Options{Recorded: true})
	at := func(ms int) event.Head {
		return event.Head{Time: time.Unix(5, int64(ms)*int64(time.Millisecond)), PID: 7, TID: 7}
	}
	for _, e := range []event.Event{
		&event.Enter{Head: at(0), Call: &event.Call{ID: 1, Name: "long"}},
		&event.Enter{Head: at(11), Call: &event.Call{ID: 2, Name: "short"}},
		&event.Return{Head: at(19), Call: &event.Call{ID: 2, Name: "short"}},
		&event.Signal{Head: at(21), Name: "SIGCHLD"},
		&event.Return{Head: at(9999), Call: &event.Call{ID: 1, Name: "long"}},
	} {
		if err := j.Emit(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(b.String()) {
		got = append(got, line[6:9])
	}
	if got, want := strings.Join(got, " "), `met cal ent sig cal end`; got != want {
		t.Errorf("%s, want %s\n%s", got, want, b.String())
	}
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
		{event.Float{F: 2}, `2`},
		{event.Float{F: math.Copysign(0, -1)}, `-0.0`},
		{event.Float{F: 1e300}, `1e+300`},
		{event.Float{F: math.NaN()}, `{"float":"NaN"}`},
		{event.Float{F: math.Inf(-1)}, `{"float":"-Infinity"}`},
		{event.Float{Text: "1.5"}, `1.5`},
		{event.Float{Text: "-0"}, `-0.0`},
		{event.Float{Text: "0.1000000000000000000014"}, `{"float":"0.1000000000000000000014"}`},
		{event.Float{Text: "1e+4000"}, `{"float":"1e+4000"}`},
		{event.Float{Text: "0x8p-3"}, `{"float":"0x8p-3"}`},
		{event.Float{Text: "inf"}, `{"float":"Infinity"}`},
		{event.Float{Text: "-nan"}, `{"float":"NaN"}`},
		{event.Float{Text: "?"}, `{"float":"?"}`},
		{event.Pointer{}, `null`},
		{event.Pointer{Addr: 0xffff800000000000, Symbol: "main"}, `{"ptr":"0xffff800000000000","symbol":"main"}`},
		{event.Str{Text: "a\"\n<é>"}, `"a\"\n<é>"`},
		{event.Str{Text: "ab", Cut: true}, `{"str":"ab","cut":true}`},
		{event.Pointer{Addr: 16, Region: "stack"}, `{"ptr":"0x10","region":"stack"}`},
		{event.Pointer{Addr: 16, Stream: &event.FD{Num: 1}}, `{"ptr":"0x10","stream":{"fd":1}}`},
		{event.Str{Text: "a\x7f\u0085"}, `"a\u007f\u0085"`},
		{event.Str{Text: "a\u65e5"[:3], Cut: true}, `{"str":"a","cut":true}`},
		{event.Str{Text: "a\u65e5"[:3]}, `{"b64":"YeaX"}`},
		{event.Str{Text: "\xff\u65e5"[:2], Cut: true}, `{"b64":"/+Y=","cut":true}`},
		{event.Str{Text: "\xff\x00"}, `{"b64":"/wA="}`},
		{event.Name{Name: "AF_INET", Int: event.Int{Bits: 2}}, `{"name":"AF_INET","value":2}`},
		{event.Name{Name: "SI_TKILL", Int: event.Int{Bits: 0xfffffffa, Size: 4}, Negative: true}, `{"name":"SI_TKILL","value":-6}`},
		{event.Name{Name: "SIG_ERR", Int: event.Int{Bits: ^uint64(0), Size: 8}, Negative: true}, `{"name":"SIG_ERR","value":-1}`},
		{event.Name{Want: "AF_???", Int: event.Int{Bits: 99}}, `{"name":"","value":99}`},
		{event.Flags{Names: []string{"O_RDWR"}, Rest: 4, Bits: 6}, `{"flags":["O_RDWR"],"value":6}`},
		{event.Flags{}, `{"flags":[],"value":0}`},
		{event.List{Items: []event.Value{minusOne, event.Void{}}}, `[-1,null]`},
		{event.List{Items: []event.Value{minusOne}, Cut: true}, `{"items":[-1],"cut":true}`},
		{event.List{Set: true, Not: true}, `{"set":[],"not":true}`},
		{event.List{Rest: 16}, `{"items":[],"unreadable":"0x10"}`},
		{event.Record{Fields: []event.Field{{Name: "b", Value: minusOne}, {Value: event.Pending{}}}, Cut: true}, `{"struct":{"b":-1,"1":null},"cut":true}`},
		{event.Record{Fields: []event.Field{{Name: "z"}, {Name: "a"}, {Name: "z"}}}, `{"struct":{"z":null,"a":null,"z2":null}}`},
		{event.Unreadable{Addr: 16}, `{"ptr":"0x10","unreadable":true}`},
		{event.FD{Num: 3}, `{"fd":3}`},
		{event.FD{Num: -100, Cwd: true, Path: "/tmp\xff", Deleted: true}, `{"fd":-100,"name":"AT_FDCWD","path":{"b64":"L3RtcP8="},"deleted":true}`},
		{event.FD{Num: 0, Path: "/dev/tty", Device: "char 5:0", Description: "x"}, `{"fd":0,"path":"/dev/tty","device":"char 5:0","about":"x"}`},
		{event.PID{Num: 5}, `5`},
		{event.PID{Num: 5, Comm: "sh", Outer: 9}, `{"pid":5,"comm":"sh","outside":9}`},
		{event.Change{Before: minusOne, After: event.Int{}}, `{"before":-1,"after":0}`},
		{event.Note{Value: minusOne, Text: "n", Brief: "b", Extra: event.Int{}, Remaining: minusOne}, `{"value":-1,"note":"n","brief":"b","extra":0,"left":-1}`},
		{event.Verbatim{Text: "htons(80)"}, `{"text":"htons(80)"}`},
	} {
		var l line
		l.value(c.value, 0)
		if string(l) != c.want {
			t.Errorf("%#v: %s, want %s", c.value, l, c.want)
		}
		if !json.Valid(l) {
			t.Errorf("no JSON: %s", l)
		}
	}
}

// TestDeep stops where values contain themselves.
func TestDeep(t *testing.T) {
	v := event.Value(event.Int{})
	for range 10000 {
		v = event.List{Items: []event.Value{v}}
	}
	var l line
	l.value(v, 0)
	if !json.Valid(l) || len(l) > 200 {
		t.Errorf("%d bytes: %s", len(l), l)
	}
}
