package narrow

import (
	"fmt"
	"testing"
	"time"

	"plait/bound"
	"plait/event"
)

// keeper keeps the last event.
type keeper struct{ last event.Event }

func (k *keeper) Emit(e event.Event) error { k.last = e; return nil }
func (k *keeper) Close() error             { return nil }

// moved is the layout of a process whose regions lie at shift.
func moved(shift uint64) Layout {
	m := func(start, end uint64, path string) Mapping { return Mapping{start + shift, end + shift, path} }
	return Layout{
		Mappings: []Mapping{
			m(0x550000, 0x551000, "/bin/prog"), m(0x551000, 0x552000, "/bin/prog"), m(0x560000, 0x570000, "[heap]"),
			m(0x700000, 0x702000, ""), m(0x710000, 0x720000, "/lib/libc.so.6"), m(0x720000, 0x721000, ""),
			m(0x730000, 0x731000, "[vdso]"), m(0x7f0000, 0x800000, "[stack]"),
		},
		Stack: 0x7ff000 + shift, Args: 0x7ff800 + shift, Heap: 0x560000 + shift,
	}
}

// labelling is a sink with labels for a process with that layout.
func labelling(l *Layout) (event.Sink, *keeper) {
	k := &keeper{}
	labels := NewLabels(func(symbol string) string { return symbol }).New(k)
	return Survey{Layout: func(int) (Layout, bool) { return *l, true }}.New(labels), k
}

// labelOf returns what is shown of a value.
func labelOf(t *testing.T, s event.Sink, k *keeper, v event.Value) string {
	t.Helper()
	e := &event.Return{Head: event.Head{PID: 700, TID: 701, Time: time.Now(), IP: 5}, Call: &event.Call{ID: 1, Name: "f", Caller: 9}, Result: v, Elapsed: 5}
	if err := s.Emit(e); err != nil {
		t.Fatal(err)
	}
	r := k.last.(*event.Return)
	if r.Elapsed != 0 || !r.Time.Equal(time.Unix(0, 0)) || r.IP != 0 || r.Call.Caller != 0 || r.PID != 1 || r.TID != 2 {
		t.Errorf("%+v is not the same in each run", r.Head)
	}
	if e.Result != v || e.PID != 700 {
		t.Error("the event was changed")
	}
	return fmt.Sprint(r.Result)
}

// TestLabels: wherever regions lie, addresses have the same labels.
func TestLabels(t *testing.T) {
	for _, shift := range []uint64{0, 0x1000, 0x7f5500000000} {
		l := moved(shift)
		s, k := labelling(&l)
		at := func(addr uint64) event.Pointer { return event.Pointer{Addr: addr + shift} }
		for _, test := range []struct {
			v    event.Value
			want string
		}{
			{at(0x5602a0), "{heap+0x2a0  }"},
			{at(0x581000), "{heap+0x21000  }"}, // not mapped yet
			{at(0x7fefc0), "{stack-0x40  }"},
			{at(0x7ff008), "{stack+0x8  }"},
			{at(0x7ff810), "{args+0x10  }"},
			{at(0x551010), "{prog+0x1010  }"},
			{event.Pointer{Addr: 0x550100 + shift, Symbol: "main"}, "{prog:main  }"},
			{at(0x720008), "{anon1+0x8  }"},
			{at(0x701000), "{anon2+0x1000  }"},
			{at(0x730010), "{anon3+0x10  }"},
			{event.Unreadable{Addr: 0x700000 + shift}, "{anon2  }"},
			{event.Int{Bits: 0x710000 + shift, Size: 8, Base: event.Guess}, "{libc.so.6  }"},
			{event.Int{Bits: 0x710000 + shift, Size: 8}, fmt.Sprint(event.Int{Bits: 0x710000 + shift, Size: 8})},
			{event.Int{Bits: 0x500000 + shift, Size: 8, Base: event.Hex}, fmt.Sprint(event.Int{Bits: 0x500000 + shift, Size: 8, Base: event.Hex})},
			{at(0x500000), "{addr1  }"},
			{at(0x500008), "{addr2  }"},
			{at(0x500000), "{addr1  }"},
			{event.Pointer{}, fmt.Sprint(event.Pointer{})},
			{event.Pointer{Addr: 1}, fmt.Sprint(event.Pointer{Addr: 1})},
			{event.PID{Num: 701}, "{2  0}"},
			{event.PID{Num: 33}, "{3  0}"},
			{event.FD{Num: 3, Path: "pipe:[12345]"}, fmt.Sprint(event.FD{Num: 3, Path: "pipe:[1]"})},
		} {
			if got := labelOf(t, s, k, test.v); got != test.want {
				t.Errorf("shift %#x: %v is %s, want %s", shift, test.v, got, test.want)
			}
		}
	}
}

// TestLabelsGrow: a mapping that grows downwards or is gone keeps its labels.
func TestLabelsGrow(t *testing.T) {
	l := Layout{Mappings: []Mapping{{0x700000, 0x702000, ""}}, Heap: 1 << 60}
	s, k := labelling(&l)
	check := func(addr uint64, want string) {
		t.Helper()
		if got := labelOf(t, s, k, event.Pointer{Addr: addr}); got != want {
			t.Errorf("%#x is %s, want %s", addr, got, want)
		}
	}
	check(0x701000, "{anon1+0x1000  }")
	l.Mappings[0].Start = 0x6ff000
	check(0x701000, "{anon1+0x1000  }")
	check(0x6ff010, "{anon2+0x10  }")
	l.Mappings = nil
	check(0x6ff020, "{anon2+0x20  }")
	_ = s.Emit(&event.Spawn{Head: event.Head{PID: 700, TID: 700}, Kind: event.Forked, ChildPID: 702, ChildTID: 702})
	_ = s.Emit(&event.Exec{Head: event.Head{PID: 700, TID: 700}})
	check(0x6ff020, "{addr1  }")
}

// FuzzLabels: whatever is mapped where, labels come to an end, and equal addresses have
// equal labels.
func FuzzLabels(f *testing.F) {
	f.Add([]byte("\x01\x02\x03\x10\x20\x30\x11\x12"), uint64(0x700000))
	f.Fuzz(func(t *testing.T, b []byte, at uint64) {
		bound.Input(t, func() {
			l := Layout{Stack: at, Args: at + 100, Heap: at / 2}
			paths := []string{"", "[heap]", "[stack]", "/lib/x\n\x1b", "[vdso]"}
			end := uint64(0)
			for i, c := range b {
				start := end + uint64(c)<<12
				end = start + uint64(c>>1)<<12
				l.Mappings = append(l.Mappings, Mapping{start, end, paths[i%len(paths)]})
			}
			room := 200
			regions := &regionKeeper{space: space{room: &room}}
			layout := func(int) (Layout, bool) { return l, len(b)%7 != 0 }
			s := Survey{Layout: layout, Sparing: len(b)%2 == 0}.New(regions)
			for i := range uint64(200) {
				addr := at + i*end/50
				_ = s.Emit(&event.Return{Call: &event.Call{}, Result: event.Pointer{Addr: addr}})
				one, _ := regions.label(addr, true)
				if two, _ := regions.label(addr, true); one != two {
					t.Fatalf("%#x is %s, then %s", addr, one, two)
				}
			}
		})
	})
}

// regionKeeper is a space that is told its regions.
type regionKeeper struct{ space }

func (k *regionKeeper) Emit(e event.Event) error {
	if e, ok := e.(*event.Region); ok {
		k.add(e)
	}
	return nil
}

func (k *regionKeeper) Close() error { return nil }
