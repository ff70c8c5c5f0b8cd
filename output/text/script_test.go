package text

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"plait/event"
)

var update = flag.Bool("update", false, "rewrite the expected lines in testdata")

// TestScripts plays the events of each testdata/*.txtar and compares every byte
// written. Lines of "events":
//
//   - TID NAME(ARGS)              Enter; NAME is puts, ls->puts, f@libx.so or SYS_read
//   - TID NAME(ARGS) = RESULT     Return; without "(ARGS)" those of Enter
//   - TID NAME <OUTCOME>          Return of a call that did not come back
//     ! TID SIGCHLD Child exited    Signal
//     stop TID SIGTSTP              Stopped
//     exit TID 3 | exit TID SIGSEGV Exit
//     exec TID PATH [FORMER]        Exec
//     spawn TID CHILD               Spawn of a thread
//     fork TID CHILD                Spawn of a process
//     detach TID                    Detach
//     mode TID 32 bit               Notice of another mode
//     comm TID NAME                 names a thread from now on
//     with …                        what the next event has beside (see script_strace_test.go)
//     say TEXT                      Notice
//     wait DURATION                 moves the clock
//
// Arguments are numbers, 0xADDRESSES, nil, "strings" (cut: "..."...), WORDS,
// void, -ENOENT, BEFORE=>AFTER, and ? for one that is not known yet. NAME:VALUE is
// an argument with a name.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runScript(t, file) })
	}
}

func runScript(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	options, events, want := section(t, a, "options"), section(t, a, "events"), section(t, a, "want")
	var out bytes.Buffer
	play(t, New(&out, parseOptions(t, string(options.Data))), string(events.Data))
	if *update {
		want.Data = bytes.Clone(out.Bytes())
		if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := out.String(); got != string(want.Data) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want.Data)
	}
}

func section(t *testing.T, a *txtar.Archive, name string) *txtar.File {
	t.Helper()
	for i := range a.Files {
		if a.Files[i].Name == name {
			return &a.Files[i]
		}
	}
	t.Fatalf("no section %q", name)
	return nil
}

func parseOptions(t *testing.T, text string) Options {
	t.Helper()
	o := Options{Align: 50}
	for _, word := range strings.Fields(text) {
		name, value, _ := strings.Cut(word, "=")
		n, _ := strconv.Atoi(value)
		switch name {
		case "strace":
			o.Style, o.Align = Strace, 41
		case "tree":
			o.Style, o.Indent = Tree, 2
		case "align":
			o.Align = n
		case "indent":
			o.Indent = n
		case "bracketed":
			o.Threads = Bracketed
		case "numbered":
			o.Threads = Numbered
		case "relative":
			o.Clock = Relative
		case "epoch":
			o.Clock = UnixEpoch
		case "ip":
			o.IP = true
		case "elapsed":
			o.Elapsed = true
		case "from":
			o.From = true
		case "demangle":
			o.Demangle = true
		case "whole":
			o.FullNames = true
		case "nosignals":
			o.NoSignals = true
		case "utf8":
			o.UTF8 = true
		case "color":
			o.Color = true
		default:
			if !parseStrace(&o, name, value) {
				t.Fatalf("unknown option %q", word)
			}
		}
	}
	return o
}

// A player makes events of script lines. It keeps the stack of each thread.
type player struct {
	t     *testing.T
	sink  event.Sink
	now   time.Time
	last  uint64
	stack map[int][]frame
	comm  map[int]string
	calls map[int]int // number of the last system call of each thread
	with  with
}

type frame struct {
	call  *event.Call
	begun time.Time
}

func play(t *testing.T, sink event.Sink, script string) {
	p := player{t: t, sink: sink, now: time.Unix(1000000000, 0), stack: map[int][]frame{}, comm: map[int]string{}, calls: map[int]int{}}
	for line := range strings.Lines(script) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			p.line(line)
		}
	}
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
}

func (p *player) line(line string) {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "say":
		p.emit(&event.Notice{Text: unquote(rest)})
		return
	case "with":
		p.with.parse(p.t, rest)
		return
	case "wait":
		d, err := time.ParseDuration(rest)
		if err != nil {
			p.t.Fatal(err)
		}
		p.now = p.now.Add(d)
		return
	}
	number, rest, _ := strings.Cut(rest, " ")
	tid, err := strconv.Atoi(number)
	if err != nil {
		p.t.Fatalf("%s: %v", line, err)
	}
	head := event.Head{Time: p.now, PID: 77, TID: tid, Depth: len(p.stack[tid]), Comm: p.comm[tid], Number: p.calls[tid], IP: 0x401136}
	p.event(word, rest, head)
}

func (p *player) event(word, rest string, head event.Head) {
	first, second, _ := strings.Cut(rest, " ")
	switch word {
	case "+":
		p.enter(head, rest)
	case "-":
		p.leave(head, rest)
	case "!":
		p.emit(p.with.signal(&event.Signal{Head: head, Name: unquote(first), Text: second}))
	case "stop":
		p.emit(&event.Stopped{Head: head, Name: first})
	case "exec":
		former, _ := strconv.Atoi(second)
		p.calls[head.TID] = p.calls[max(former, head.TID)]
		head.Number = p.calls[head.TID]
		p.emit(&event.Exec{Head: head, Path: first, FormerTID: former})
		p.stack[head.TID] = p.stack[max(former, head.TID)]
	case "detach":
		p.emit(&event.Detach{Head: head})
	case "mode":
		p.emit(&event.Notice{Head: head, Kind: event.ModeChanged, Text: unquote(rest)})
	case "comm":
		p.comm[head.TID] = unquote(first)
	case "spawn":
		child, _ := strconv.Atoi(first)
		p.emit(&event.Spawn{Head: head, Kind: event.Threaded, ChildPID: head.PID, ChildTID: child})
	case "fork":
		child, _ := strconv.Atoi(first)
		p.emit(&event.Spawn{Head: head, Kind: event.Forked, ChildPID: child, ChildTID: child})
		p.stack[child] = slices.Clone(p.stack[head.TID])
	case "exit":
		p.exit(head, first)
	default:
		p.t.Fatalf("unknown event %q", word)
	}
}

func (p *player) exit(head event.Head, how string) {
	head.IP = 0
	e := &event.Exit{Head: head, Process: true}
	status, err := strconv.Atoi(how)
	if e.Status = status; err != nil {
		e.Signal, e.Core = strings.CutSuffix(how, "+core")
	}
	p.emit(e)
}

func (p *player) emit(e event.Event) {
	if err := p.sink.Emit(e); err != nil {
		p.t.Fatal(err)
	}
}

func (p *player) enter(head event.Head, text string) {
	name, args, _ := strings.Cut(text, "(")
	p.last++
	c := parseName(name)
	c.ID, c.Args = p.last, p.args(strings.TrimSuffix(args, ")"))
	for _, a := range c.Args {
		c.ArgsPending = c.ArgsPending || pending(a.Value)
	}
	p.with.call(c)
	p.calls[head.TID], head.Number = c.Number, c.Number
	p.emit(&event.Enter{Head: head, Call: c})
	p.stack[head.TID] = append(p.stack[head.TID], frame{c, p.now})
}

func parseName(name string) *event.Call {
	if system, ok := strings.CutPrefix(name, "SYS_"); ok {
		c := &event.Call{Kind: event.System, Name: unquote(system)}
		if n, err := strconv.Atoi(system); err == nil {
			c.Name, c.Number = "", n
		}
		c.Name, c.ABI, _ = strings.Cut(c.Name, "@")
		return c
	}
	if function, object, ok := strings.Cut(name, "@"); ok {
		return &event.Call{Kind: event.Function, Name: function, Object: object, Main: object == "main"}
	}
	if from, function, ok := strings.Cut(name, "->"); ok {
		return &event.Call{Kind: event.Library, Name: function, From: from, Object: "libc.so.6"}
	}
	return &event.Call{Kind: event.Library, Name: unquote(name)}
}

func (p *player) leave(head event.Head, text string) {
	stack := p.stack[head.TID]
	if len(stack) == 0 {
		p.t.Fatalf("%s: no call is open", text)
	}
	f := stack[len(stack)-1]
	p.stack[head.TID] = stack[:len(stack)-1]
	c := *f.call
	head.Depth--
	e := p.with.end(&event.Return{Head: head, Call: &c, Elapsed: p.now.Sub(f.begun)})
	call, result, ok := strings.Cut(text, " = ")
	if !ok {
		call, result, _ = strings.Cut(text, " <")
		e.Outcome = p.outcome(strings.TrimSuffix(result, ">"))
	} else {
		e.Result = p.value(result)
		c.Failed = result[0] == '-'
	}
	if _, args, ok := strings.Cut(call, "("); ok {
		c.Args = p.args(strings.TrimSuffix(args, ")"))
	}
	p.emit(e)
}

func (p *player) outcome(word string) event.Outcome {
	for i, name := range []string{"returned", "longjmp", "unwound", "no return", "detached", "unavailable"} {
		if word == name {
			return event.Outcome(i)
		}
	}
	p.t.Fatalf("unknown outcome %q", word)
	return 0
}

func (p *player) args(text string) []event.Arg {
	var args []event.Arg
	if text == "" {
		return nil
	}
	for _, one := range strings.Split(text, ", ") {
		name, value, ok := strings.Cut(one, ":")
		if !ok || one[0] == '"' {
			name, value = "", one
		}
		args = append(args, event.Arg{Name: name, Value: p.value(value)})
	}
	return args
}

func (p *player) value(text string) event.Value {
	if before, after, ok := strings.Cut(text, "=>"); ok {
		return event.Change{Before: p.value(before), After: p.value(after)}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return event.Int{Bits: uint64(n), Size: 8, Signed: true}
	}
	if n, err := strconv.ParseUint(text, 0, 64); err == nil {
		return event.Pointer{Addr: n}
	}
	switch {
	case text == "?":
		return event.Pending{}
	case text == "nil":
		return event.Pointer{}
	case text == "void":
		return event.Void{}
	case text[0] == '-':
		return event.Errno{Num: 2, Name: text[1:], Text: "No such file or directory"}
	case text[0] == '"':
		return parseStr(text)
	}
	return event.Name{Name: text}
}

func parseStr(text string) event.Value {
	s, cut := strings.CutSuffix(text, "...")
	return event.Str{Text: unquote(s), Cut: cut}
}

// unquote lets a script name bytes that its file should not contain.
func unquote(s string) string {
	if u, err := strconv.Unquote(s); err == nil {
		return u
	}
	return s
}

// TestPlayer keeps the scripts honest: what the player cannot parse must not pass as
// something else.
func TestPlayer(t *testing.T) {
	p := player{t: t}
	for text, want := range map[string]string{
		"-5":  "event.Int{Bits:0xfffffffffffffffb, Size:0x8, Signed:true, Base:0x0}",
		"0x5": `event.Pointer{Addr:0x5, Symbol:"", Region:"", Numeric:false, Stream:(*event.FD)(nil)}`, "nil": `event.Pointer{Addr:0x0, Symbol:"", Region:"", Numeric:false, Stream:(*event.FD)(nil)}`,
		`"a\n"...`: `event.Str{Text:"a\n", Cut:true, Path:false, Wide:false, Hex:false}`, "?": "event.Pending{Was:0x0}",
	} {
		if got := fmt.Sprintf("%#v", p.value(text)); got != want {
			t.Errorf("value(%s) = %s, want %s", text, got, want)
		}
	}
}
