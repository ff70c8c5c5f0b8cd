package text

import (
	"strconv"
	"strings"
	"testing"

	"plait/event"
)

// parseStrace sets an option that only style Strace knows.
func parseStrace(o *Options, name, value string) bool {
	n, _ := strconv.Atoi(value)
	switch name {
	case "labelled":
		o.Threads = Labelled
	case "time":
		o.Clock, o.ClockDigits = Seconds, Digits(n)
	case "unix":
		o.Clock, o.ClockDigits = UnixEpoch, Digits(n)
	case "delta":
		o.Delta, o.DeltaDigits = true, Digits(n)
	case "took":
		o.Elapsed, o.TimeDigits = true, Digits(n)
	case "number":
		o.Number = true
	case "argnames":
		o.ArgNames = true
	case "nodeath":
		o.ShowKilledBy = func(signal string) bool { return signal != value }
	case "noexits":
		o.NoExits = true
	case "nosuperseded":
		o.NoSuperseded = true
	case "noabi":
		o.NoABI = true
	case "hide":
		o.Hide = event.Statuses(n)
	case "colors":
		o.Color, o.Colors = true, value
	case "hex":
		o.Hex = HexForm(n)
	case "const":
		o.Constants = ConstForm(n)
	default:
		return false
	}
	return true
}

// A with holds what the next event has beside what its own line tells:
//
//	with number 39                       the call's number
//	with raw 0x3 0x1000                  machine words, which the user asked for
//	with unknown 0x1 0x2                 machine words of a call without a prototype
//	with info si_pid=12 si_uid=0         a signal's siginfo_t
//	with tamper 5                        event.Tamper, as a number
//	with dump -1 "abc"                   data of a buffer
//	with why open(2) TEXT                an explanation
//	with frame OBJECT SYMBOL+7 0x1234 [FILE:LINE]
type with struct {
	number int
	raw    bool
	guess  bool
	words  []uint64
	info   event.Value
	tamper event.Tamper
	dumps  []event.Dump
	stack  []event.Caller
	why    event.Explanation
}

func (w *with) parse(t *testing.T, text string) {
	kind, rest, _ := strings.Cut(text, " ")
	words := strings.Fields(rest)
	switch kind {
	case "number":
		w.number, _ = strconv.Atoi(rest)
	case "raw", "unknown":
		w.raw, w.guess = kind == "raw", kind == "unknown"
		for _, word := range words {
			n, _ := strconv.ParseUint(word, 0, 64)
			w.words = append(w.words, n)
		}
	case "info":
		w.info = parseRecord(words)
	case "tamper":
		n, _ := strconv.Atoi(rest)
		w.tamper = event.Tamper(n)
	case "dump":
		number, data, _ := strings.Cut(rest, " ")
		n, _ := strconv.Atoi(number)
		w.dumps = append(w.dumps, event.Dump{Buffer: n, Data: []byte(unquote(data))})
	case "why":
		w.why.Manual, w.why.Text, _ = strings.Cut(unquote(rest), " ")
	case "frame":
		w.stack = append(w.stack, parseFrame(words))
	default:
		t.Fatalf("unknown line: with %s", text)
	}
}

func parseRecord(words []string) event.Value {
	var r event.Record
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		f := event.Field{Name: name, Value: event.Name{Name: value}}
		if n, err := strconv.Atoi(value); err == nil {
			f.Value = event.Int{Bits: uint64(n), Size: 4, Signed: true}
		}
		r.Fields = append(r.Fields, f)
	}
	return r
}

func parseFrame(words []string) event.Caller {
	c := event.Caller{Addr: 0x7f0012}
	if len(words) == 0 {
		return c
	}
	c.Object = unquote(words[0])
	symbol, offset, _ := strings.Cut(words[1], "+")
	c.Symbol = unquote(symbol)
	c.Offset, _ = strconv.ParseUint(offset, 0, 64)
	c.File, _ = strconv.ParseUint(words[2], 0, 64)
	if len(words) > 3 {
		file, line, _ := strings.Cut(words[3], ":")
		c.Source = file
		c.Line, _ = strconv.Atoi(line)
	}
	return c
}

// call adds to a call what it has at its begin.
func (w *with) call(c *event.Call) {
	if w.raw || w.guess {
		c.Words, c.Raw, c.Guess = w.words, w.raw, w.guess
		c.ArgsPending = false
	}
	c.Number, c.Stack = max(c.Number, w.number), w.stack
	*w = with{}
}

func (w *with) end(e *event.Return) *event.Return {
	e.Tamper, e.Dumps, e.Explanation = w.tamper, w.dumps, w.why
	*w = with{}
	return e
}

func (w *with) signal(e *event.Signal) *event.Signal {
	e.Info, e.Stack = w.info, w.stack
	*w = with{}
	return e
}

// TestThreadsApart plays an execve(2) of a thread to a Printer of its own. That Printer
// sees the thread end, and nothing of the thread whose number it takes.
func TestThreadsApart(t *testing.T) {
	var out strings.Builder
	p := New(&out, Options{Style: Strace, Align: 41})
	head := event.Head{PID: 77, TID: 79}
	call := &event.Call{ID: 1, Kind: event.System, Name: "execve"}
	_ = p.Emit(&event.Enter{Head: head, Call: call})
	head.TID = 77
	_ = p.Emit(&event.Exec{Head: head, FormerTID: 79})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "execve( <pid changed to 77 ...>\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
