// Package eventtest makes events for tests: what an output is given must not matter to
// it.
//
// It owns which events a fuzz test can meet: all kinds, with all kinds of values, in any
// order. It does not know outputs.
//
// # Adding a kind of event or value
//
// Add a case to Dice.Event or Dice.Value.
package eventtest

import (
	"math"
	"testing"
	"time"

	"plait/event"
)

// A Dice makes events of bytes. When there are no more bytes, all is zero.
type Dice struct {
	b     []byte
	texts [2]string
	depth int
}

// NewDice returns a Dice of b. Its texts are beginnings of the two given ones.
func NewDice(b []byte, one, other string) *Dice {
	return &Dice{b: b, texts: [2]string{one, other}}
}

// AddSeeds gives a fuzz test, whose inputs are those of NewDice, inputs to begin with.
func AddSeeds(f *testing.F, one, other string) {
	for seed := range byte(40) {
		b := make([]byte, 200)
		for i := range b {
			b[i] = seed + byte(i)*seed
		}
		f.Add(b, one, other)
	}
}

func (d *Dice) byte() byte {
	if len(d.b) == 0 {
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *Dice) word() (n uint64) {
	for range d.byte() % 9 {
		n = n<<8 | uint64(d.byte())
	}
	return n
}

func (d *Dice) bool() bool { return d.byte()%2 == 1 }

func (d *Dice) text() string {
	s := d.texts[d.byte()%2]
	if n := int(d.byte()); n < len(s) {
		return s[:n]
	}
	return s
}

func (d *Dice) int() event.Int {
	return event.Int{Bits: d.word(), Size: d.byte(), Signed: d.bool(), Base: event.Base(d.byte() % 7)}
}

func (d *Dice) fd() event.FD {
	return event.FD{Num: int(int32(d.word())), Path: d.text(), Device: d.text(), Deleted: d.bool(), Cwd: d.bool(), Description: d.text()}
}

func (d *Dice) values() (list []event.Value) {
	for range d.byte() % 4 {
		list = append(list, d.Value())
	}
	return list
}

// Value returns the next value. Values in it are few and not deep.
func (d *Dice) Value() event.Value {
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
		return event.Pointee{Addr: d.word(), Value: d.Value()}
	case 11:
		return event.Errno{Num: int(int32(d.word())), Name: d.text()}
	case 12:
		return d.fd()
	case 13:
		return event.PID{Num: int(d.byte()), Comm: d.text(), Outer: int(d.byte())}
	case 14:
		return event.Change{Before: d.Value(), After: d.Value()}
	case 15:
		return event.Note{Value: d.Value(), Text: d.text(), Brief: d.text(), Extra: d.Value(), Remaining: d.Value()}
	case 16:
		return event.Verbatim{Text: d.text()}
	case 17:
		return event.Pending{}
	case 18:
		return event.Void{}
	}
	return nil
}

func (d *Dice) head() event.Head {
	return event.Head{Time: time.Unix(int64(int32(d.word())), 0), PID: int(d.byte()), TID: int(d.byte()), Depth: int(d.byte())}
}

func (d *Dice) stack() []event.Caller {
	return []event.Caller{{Addr: d.word(), Object: d.text(), Symbol: d.text(), Offset: d.word(), Source: d.text(), Line: int(d.byte())}}
}

func (d *Dice) call() *event.Call {
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

// Event returns the next event.
func (d *Dice) Event() event.Event {
	switch d.byte() % 9 {
	case 0:
		return &event.Enter{Head: d.head(), Call: d.call()}
	case 1, 2:
		return &event.Return{Head: d.head(), Call: d.call(), Outcome: event.Outcome(d.byte() % 6), Result: d.Value(),
			Errno: event.Errno{Num: int(d.byte()), Name: d.text()}, Elapsed: time.Duration(d.word()), Work: time.Duration(d.word()), Word: int64(d.word()), HasWord: d.bool(),
			Explanation: event.Explanation{Text: d.text(), Manual: d.text()}}
	case 3:
		return &event.Signal{Head: d.head(), Name: d.text(), Info: d.Value(), Stack: d.stack()}
	case 4:
		switch d.byte() % 3 {
		case 0:
			return &event.Region{Head: d.head(), Kind: event.RegionKind(d.byte() % 5), Start: d.word(), End: d.word(), Base: d.word(), Path: d.text()}
		case 1:
			return &event.Load{Head: d.head(), Path: d.text(), Soname: d.text(), BuildID: d.text(), Base: d.word(), Lo: d.word(), Hi: d.word(), Main: d.bool()}
		}
		return &event.Exec{Head: d.head(), Path: d.text(), FormerTID: int(d.byte())}
	case 5:
		return &event.Exit{Head: d.head(), Signal: d.text(), Status: int(d.byte()), NewTID: int(d.byte())}
	case 6:
		return &event.Notice{Head: d.head(), Text: d.text()}
	case 7:
		return &event.Spawn{Head: d.head(), Kind: event.SpawnKind(d.byte() % 4), ChildPID: int(d.byte()), ChildTID: int(d.byte()), Path: d.text()}
	}
	return &event.Stopped{Head: d.head(), Name: d.text()}
}
