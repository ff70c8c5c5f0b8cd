package jsonl

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"plait/bound"
	"plait/event"
)

// FuzzRecords writes events that the input chooses entirely. Every record is one line
// of JSON that a terminal can show.
func FuzzRecords(f *testing.F) {
	for seed := range byte(40) {
		b := make([]byte, 200)
		for i := range b {
			b[i] = seed + byte(i)*seed
		}
		f.Add(b, "name\xff", "\x7f\u202e")
	}
	f.Fuzz(func(t *testing.T, b []byte, name, text string) {
		bound.Input(t, func() {
			d := &dice{b: b, texts: [2]string{name, text}}
			var out strings.Builder
			j := New(&out, Options{Version: text, Argv: []string{name, text}})
			for range 20 {
				if err := j.Emit(d.event()); err != nil {
					t.Fatal(err)
				}
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(out.String()) {
				checkLine(t, line)
			}
		})
	})
}

func checkLine(t *testing.T, line string) {
	line, ok := strings.CutSuffix(line, "\n")
	if !ok || !json.Valid([]byte(line)) || !utf8.ValidString(line) || !strings.HasPrefix(line, `{"t":"`) {
		t.Fatalf("no record: %q", line)
	}
	for _, r := range line {
		if !unicode.IsPrint(r) {
			t.Fatalf("%q in %q", r, line)
		}
	}
}

// A dice makes events from bytes. When it has none left, everything is zero.
type dice struct {
	b     []byte
	texts [2]string
	depth int
}

func (d *dice) byte() byte {
	if len(d.b) == 0 {
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *dice) word() (n uint64) {
	for range d.byte() % 9 {
		n = n<<8 | uint64(d.byte())
	}
	return n
}

func (d *dice) bool() bool { return d.byte()%2 == 1 }

func (d *dice) text() string {
	s := d.texts[d.byte()%2]
	if n := int(d.byte()); n < len(s) {
		return s[:n]
	}
	return s
}

func (d *dice) int() event.Int {
	return event.Int{Bits: d.word(), Size: d.byte(), Signed: d.bool(), Base: event.Base(d.byte() % 7)}
}

func (d *dice) fd() event.FD {
	return event.FD{Num: int(int32(d.word())), Path: d.text(), Device: d.text(), Deleted: d.bool(), Cwd: d.bool(), Description: d.text()}
}

func (d *dice) values() (list []event.Value) {
	for range d.byte() % 4 {
		list = append(list, d.value())
	}
	return list
}

func (d *dice) value() event.Value {
	if d.depth++; d.depth > 50 {
		return nil
	}
	defer func() { d.depth-- }()
	switch d.byte() % 20 {
	case 0:
		return d.int()
	case 1:
		return event.Float{F: math.Float64frombits(d.word()), Text: d.text()}
	case 2:
		s := d.fd()
		return event.Pointer{Addr: d.word(), Symbol: d.text(), Region: d.text(), Stream: &s}
	case 3:
		return event.Str{Text: d.text(), Cut: d.bool()}
	case 4:
		return event.Name{Name: d.text(), Int: d.int(), Negative: d.bool()}
	case 5:
		return event.Flags{Names: []string{d.text(), d.text()}, Bits: d.word()}
	case 6:
		return event.List{Items: d.values(), Cut: d.bool(), Set: d.bool(), Not: d.bool(), Rest: d.word()}
	case 7, 8:
		r := event.Record{Cut: d.bool()}
		for _, v := range d.values() {
			r.Fields = append(r.Fields, event.Field{Name: d.text(), Value: v})
		}
		return r
	case 9:
		return event.Unreadable{Addr: d.word()}
	case 10:
		return event.Pointee{Addr: d.word(), Value: d.value()}
	case 11:
		return event.Errno{Num: int(int32(d.word())), Name: d.text()}
	case 12:
		return d.fd()
	case 13:
		return event.PID{Num: int(d.byte()), Comm: d.text(), Outer: int(d.byte())}
	case 14:
		return event.Change{Before: d.value(), After: d.value()}
	case 15:
		return event.Note{Value: d.value(), Text: d.text(), Brief: d.text(), Extra: d.value(), Remaining: d.value()}
	case 16:
		return event.Verbatim{Text: d.text()}
	case 17:
		return event.Pending{}
	case 18:
		return event.Void{}
	}
	return nil
}

func (d *dice) head() event.Head {
	return event.Head{Time: time.Unix(int64(int32(d.word())), 0), PID: int(d.byte()), TID: int(d.byte()), Depth: int(d.byte())}
}

func (d *dice) stack() []event.Caller {
	return []event.Caller{{Addr: d.word(), Object: d.text(), Symbol: d.text(), Offset: d.word(), Source: d.text(), Line: int(d.byte())}}
}

func (d *dice) call() *event.Call {
	c := &event.Call{
		ID: uint64(d.byte()), Parent: uint64(d.byte()), Origin: uint64(d.byte()), Kind: event.CallKind(d.byte() % 3), Object: d.text(), From: d.text(),
		Name: d.text(), Version: d.text(), Number: int(int32(d.word())), Guess: d.bool(), ResultGuess: d.bool(), MoreArgs: d.bool(), Caller: d.word(), ABI: d.text(),
		Failed: d.bool(), Words: []uint64{d.word()}, Raw: d.bool(), Stack: d.stack(),
	}
	for _, v := range d.values() {
		c.Args = append(c.Args, event.Arg{Name: d.text(), Value: v, Addr: d.word(), Guess: d.bool()})
	}
	return c
}

func (d *dice) event() event.Event {
	switch d.byte() % 9 {
	case 0:
		return &event.Enter{Head: d.head(), Call: d.call()}
	case 1, 2:
		return &event.Return{Head: d.head(), Call: d.call(), Outcome: event.Outcome(d.byte() % 6), Result: d.value(),
			Errno: event.Errno{Num: int(d.byte()), Name: d.text()}, Elapsed: time.Duration(d.word()), Work: time.Duration(d.word())}
	case 3:
		return &event.Signal{Head: d.head(), Name: d.text(), Info: d.value(), Stack: d.stack()}
	case 4:
		return &event.Exec{Head: d.head(), Path: d.text(), FormerTID: int(d.byte())}
	case 5:
		return &event.Exit{Head: d.head(), Signal: d.text(), Status: int(d.byte()), NewTID: int(d.byte())}
	case 6:
		return &event.Notice{Head: d.head(), Text: d.text()}
	case 7:
		return &event.Spawn{Head: d.head(), Kind: event.SpawnKind(d.byte() % 4), ChildPID: int(d.byte())}
	}
	return &event.Stopped{Head: d.head(), Name: d.text()}
}
