package callstack

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"plait/event"
	"plait/proto"
	"plait/proto/decode"
)

// TestStack does the same to calls in blocks and to whole ones: nothing of them is
// lost.
func TestStack(t *testing.T) {
	m := callMaker{random: rand.New(rand.NewPCG(1, 2)), guessed: decode.Unknown(event.Function)}
	m.known = strlen(t)
	var calls Stack
	var want []*Frame
	for _, n := range []int{5000, -3000, 1500, -700, 9000, -12000, 10} {
		for ; n > 0; n-- {
			f := m.call()
			whole, call := *f, *f.Call
			whole.Call = &call
			want = append(want, &whole)
			calls.Push(f, calls.Depth() == 0 || m.random.IntN(4000) == 0)
		}
		for ; n < 0 && len(want) > 0; n++ {
			i := len(want) - 1
			if m.random.IntN(100) == 0 { // a coroutine's
				i -= m.random.IntN(min(len(want), 3000))
			}
			same(t, i, calls.At(i), want[i])
			calls.Remove(i)
			want = append(want[:i], want[i+1:]...)
		}
		if calls.Depth() != len(want) {
			t.Fatalf("%d calls are open, not %d", calls.Depth(), len(want))
		}
		for i := range want {
			same(t, i, calls.CopyOf(i), want[i])
		}
	}
	for _, r := range calls.Runs {
		if len(r.frames) >= 2*blockSize || r.End() == r.Base {
			t.Errorf("%d calls of a run are whole, %d in blocks", len(r.frames), len(r.blocks)*blockSize)
		}
	}
}

// same compares two frames, except for words that are read again when they are needed.
func same(t *testing.T, i int, got, want *Frame) {
	t.Helper()
	a, b := *got, *want
	if a.Proto.Guess {
		a.Words, b.Words = Words{}, Words{}
	} else {
		a.Words.Stack, b.Words.Stack, a.Words.Known, b.Words.Known = [StackWords]uint64{}, [StackWords]uint64{}, 0, 0
	}
	if !a.Begun.Equal(b.Begun) {
		t.Fatalf("call %d began at %v, not %v", i, a.Begun, b.Begun)
	}
	a.Begun = b.Begun
	if !reflect.DeepEqual(a, b) {
		t.Fatalf("call %d is %+v of %+v, not %+v of %+v", i, a, a.Call, b, b.Call)
	}
}

// A callMaker makes calls, some of them with what few calls have.
type callMaker struct {
	random         *rand.Rand
	guessed, known *decode.Prototype
	made           uint64
}

func (m *callMaker) call() *Frame {
	m.made++
	n := m.made
	c := &event.Call{ID: n, Kind: event.Function, Name: "f", Object: "lib", Number: -1, Addr: n % 7, Caller: n * 3, Guess: n%2 == 0, ResultGuess: n%4 == 1}
	f := &Frame{Call: c, SP: 1<<40 - n*16, Ret: n * 3, FramePointer: n * 5, Work: time.Duration(n), Proto: m.known}
	if c.Guess {
		f.Proto = m.guessed
	}
	f.Words.Ints[n%6] = n
	for range n % 3 {
		c.Words = append(c.Words, n<<(n%60))
	}
	for range n % 4 {
		c.Args = append(c.Args, event.Arg{Name: "x", Value: event.Int{Bits: n}})
	}
	if n%100 != 0 {
		f.Begun = time.Unix(1700000000, int64(n)*1000)
	}
	switch n % 50 {
	case 1:
		c.Origin, c.EnterTID = n-1, 77
	case 2:
		c.Stack = []event.Caller{{Addr: n}}
	case 3:
		uses := int(n)
		f.Uses = &uses
	case 4:
		f.Goroutine = Goroutine{G: n}
	case 5:
		c.ArgsPending = true
	}
	return f
}

// strlen returns the prototype of strlen(3).
func strlen(t *testing.T) *decode.Prototype {
	t.Helper()
	db, errs := proto.Open(proto.Options{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return db.Lookup("", "strlen")
}

// TestRuns: a recursion is kept in blocks, whatever stack it is on.
func TestRuns(t *testing.T) {
	const some = 5 * blockSize
	m := callMaker{known: strlen(t), guessed: decode.Unknown(event.Function)}
	var calls Stack
	for range 3 {
		for i := range some {
			calls.Push(m.call(), i == 0)
		}
	}
	if n := len(calls.Runs); n != 3 {
		t.Fatalf("%d runs, want 3", n)
	}
	for _, r := range calls.Runs {
		if len(r.blocks) < some/blockSize-2 {
			t.Errorf("%d calls of %d are in blocks", len(r.blocks)*blockSize, some)
		}
	}
}
