package tracer

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"plait/event"
	"plait/proto/decode"
)

// TestOpenCalls does to packed calls what is done to whole ones: nothing of them is
// lost.
func TestOpenCalls(t *testing.T) {
	m := callMaker{random: rand.New(rand.NewPCG(1, 2)), guessed: decode.Unknown(event.Function)}
	m.known = ownPrototypes(t).Lookup("", "strlen")
	var calls openCalls
	var want []*frame
	for _, n := range []int{5000, -3000, 1500, -700, 9000, -12000, 10} {
		for ; n > 0; n-- {
			f := m.call()
			whole, call := *f, *f.call
			whole.call = &call
			want = append(want, &whole)
			calls.push(f, calls.depth() == 0 || m.random.IntN(4000) == 0)
		}
		for ; n < 0 && len(want) > 0; n++ {
			i := len(want) - 1
			if m.random.IntN(100) == 0 { // a coroutine's
				i -= m.random.IntN(min(len(want), 3000))
			}
			same(t, i, calls.at(i), want[i])
			calls.remove(i)
			want = append(want[:i], want[i+1:]...)
		}
		if calls.depth() != len(want) {
			t.Fatalf("%d calls are open, not %d", calls.depth(), len(want))
		}
		for i := range want {
			same(t, i, calls.copyOf(i), want[i])
		}
	}
	for _, r := range calls.runs {
		if len(r.top) >= 2*packSome || r.end() == r.before {
			t.Errorf("%d calls of a run are whole, %d packed", len(r.top), len(r.deep)*packSome)
		}
	}
}

// same compares two frames, but for words that are read again when they are needed.
func same(t *testing.T, i int, got, want *frame) {
	t.Helper()
	a, b := *got, *want
	if a.proto.Guess {
		a.words, b.words = words{}, words{}
	} else {
		a.words.stack, b.words.stack, a.words.known, b.words.known = [stackWords]uint64{}, [stackWords]uint64{}, 0, 0
	}
	if !a.begun.Equal(b.begun) {
		t.Fatalf("call %d began at %v, not %v", i, a.begun, b.begun)
	}
	a.begun = b.begun
	if !reflect.DeepEqual(a, b) {
		t.Fatalf("call %d is %+v of %+v, not %+v of %+v", i, a, a.call, b, b.call)
	}
}

// A callMaker makes calls, some of them with what few have.
type callMaker struct {
	random         *rand.Rand
	guessed, known *decode.Prototype
	made           uint64
}

func (m *callMaker) call() *frame {
	m.made++
	n := m.made
	c := &event.Call{ID: n, Kind: event.Function, Name: "f", Object: "lib", Number: -1, Addr: n % 7, Caller: n * 3, Guess: n%2 == 0, ResultGuess: n%4 == 1}
	f := &frame{call: c, sp: 1<<40 - n*16, ret: n * 3, bp: n * 5, work: time.Duration(n), proto: m.known}
	if c.Guess {
		f.proto = m.guessed
	}
	f.words.ints[n%6] = n
	for range n % 4 {
		c.Args = append(c.Args, event.Arg{Name: "x", Value: event.Int{Bits: n}})
	}
	if n%100 != 0 {
		f.begun = time.Unix(1700000000, int64(n)*1000)
	}
	switch n % 50 {
	case 1:
		c.Origin, c.EnterTID = n-1, 77
	case 2:
		c.Stack = []event.Caller{{Addr: n}}
	case 3:
		f.back = &site{addr: n}
	case 4:
		f.goroutine = goroutine{g: n}
	case 5:
		c.ArgsPending = true
	}
	return f
}

// TestRuns: a recursion is packed on whatever stack it is, and calls on another one are
// a run of their own.
func TestRuns(t *testing.T) {
	const some = 5 * packSome
	m := callMaker{known: ownPrototypes(t).Lookup("", "strlen"), guessed: decode.Unknown(event.Function)}
	tracer, tr := &Tracer{}, &tracee{}
	tr.stack.lo, tr.stack.hi = 0x7ff000000000, 0x7fffffffffff
	push := func(sp uint64) {
		f := m.call()
		f.sp, f.goroutine = sp, goroutine{}
		tracer.push(tr, f)
	}
	for _, top := range []uint64{0x7fff00000000, 0x600000000000, 0x600000100000} {
		for i := range uint64(some) {
			push(top - i*64)
		}
	}
	push(0x600000000000 - some*64) // on the second stack again, far down
	if n := len(tr.calls.runs); n != 4 {
		t.Fatalf("%d runs, want 4", n)
	}
	for _, r := range tr.calls.runs[:3] {
		if len(r.deep) < some/packSome-2 {
			t.Errorf("%d calls of %d are packed", len(r.deep)*packSome, some)
		}
	}
	if got := tr.calls.copyOf(some).sp; got != 0x600000000000 {
		t.Errorf("the second stack's first call lies at %#x", got)
	}
}
