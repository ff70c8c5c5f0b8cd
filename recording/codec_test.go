package recording

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"plait/event"
)

// decodeAll returns copies of the events of one block.
func decodeAll(t *testing.T, block []byte) []event.Event {
	t.Helper()
	d := newDecoder()
	d.beginBlock(block)
	var all []event.Event
	for {
		e, err := d.next()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			return all
		}
		all = append(all, clone(e))
	}
}

// clone returns a copy of an event that stays as it is.
func clone(e event.Event) event.Event {
	switch e := e.(type) {
	case *event.Enter:
		c := *e
		c.Call = cloneCall(e.Call)
		return &c
	case *event.Return:
		c := *e
		c.Call = cloneCall(e.Call)
		return &c
	}
	return e
}

// cloneCall copies a call; lists that are empty become nil, as they are when they were
// made.
func cloneCall(c *event.Call) *event.Call {
	call := *c
	call.Args, call.Words, call.Stack = cloneList(c.Args), cloneList(c.Words), cloneList(c.Stack)
	return &call
}

func cloneList[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clone(list)
}

func same(t *testing.T, got, want []event.Event) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("event %d: %#v, want %#v", i, got[i], want[i])
		}
	}
}

// TestRoundTrip codes events of all kinds, with all fields, and decodes the same.
func TestRoundTrip(t *testing.T) {
	for seed := range uint64(300) {
		m := &maker{Rand: rand.New(rand.NewPCG(seed, 1)), full: seed%10 == 0}
		c := newEncoder()
		var want []event.Event
		for range 30 {
			e := m.anEvent(eventTypes[m.IntN(len(eventTypes))])
			c.add(e)
			want = append(want, e)
		}
		same(t, decodeAll(t, c.out), want)
	}
}

// TestChanges codes calls whose ends differ from their begins in anything.
func TestChanges(t *testing.T) {
	for seed := range uint64(500) {
		m := &maker{Rand: rand.New(rand.NewPCG(seed, 2))}
		c := newEncoder()
		enter := m.anEvent(reflect.TypeFor[event.Enter]()).(*event.Enter)
		c.add(enter)
		begun := clone(enter)
		r := m.anEvent(reflect.TypeFor[event.Return]()).(*event.Return)
		id := enter.Call.ID
		if m.some() { // otherwise nearly everything has changed
			r.Call = cloneCall(enter.Call)
			if n := len(r.Call.Args); n > 0 {
				m.fill(reflect.ValueOf(&r.Call.Args[m.IntN(n)]).Elem())
				r.Call.Args = cloneList(r.Call.Args[:m.IntN(n+1)])
			}
		}
		r.Call.ID = id
		c.add(r)
		same(t, decodeAll(t, c.out), []event.Event{begun, r})
	}
}

// TestUnchanged: a call whose end has nothing new is told in few bytes.
func TestUnchanged(t *testing.T) {
	c := newEncoder()
	call := &event.Call{ID: 7, Name: "strlen", Object: "libc.so.6", Caller: 0x401136, Addr: 0x401040, Number: -1, Args: []event.Arg{{Name: "s", Value: event.Str{Text: "hello"}}}}
	c.add(&event.Enter{Head: event.Head{PID: 1, TID: 1}, Call: call})
	before := len(c.out)
	c.add(&event.Return{Head: event.Head{PID: 1, TID: 1}, Call: call, Result: event.Int{Bits: 5, Size: 8}})
	if n := len(c.out) - before; n > 20 {
		t.Errorf("%d bytes", n)
	}
}

// TestUnknownFields: what a later plait may add is skipped.
func TestUnknownFields(t *testing.T) {
	c := newEncoder()
	call := &event.Call{ID: 1, Name: "f", Args: []event.Arg{{Name: "a", Value: event.Int{Bits: 1}}}}
	want := &event.Enter{Head: event.Head{PID: 1, TID: 2}, Call: call}
	c.add(want)
	var b []byte
	for rest := c.out; len(rest) > 0; {
		num, typ, n := protowire.ConsumeField(rest)
		field := rest[:n]
		rest = rest[n:]
		b = addUnknown(b)
		if num == blockEvent && typ == protowire.BytesType {
			_, _, tag := protowire.ConsumeTag(field)
			inner, _ := protowire.ConsumeBytes(field[tag:])
			field = protowire.AppendBytes(protowire.AppendTag(nil, num, typ), addUnknown(slices.Clone(inner)))
		}
		b = append(b, field...)
	}
	b = protowire.AppendTag(b, blockEvent, protowire.BytesType) // an event of a kind that is not known
	b = protowire.AppendBytes(b, protowire.AppendBytes(protowire.AppendTag(nil, 99, protowire.BytesType), nil))
	same(t, decodeAll(t, b), []event.Event{want})
}

func addUnknown(b []byte) []byte {
	b = protowire.AppendVarint(protowire.AppendTag(b, 1000, protowire.VarintType), 5)
	b = protowire.AppendFixed64(protowire.AppendTag(b, 1001, protowire.Fixed64Type), 5)
	b = protowire.AppendFixed32(protowire.AppendTag(b, 1002, protowire.Fixed32Type), 5)
	return protowire.AppendString(protowire.AppendTag(b, 1003, protowire.BytesType), "later")
}

// TestDeep: values that lie too deep in each other are cut.
func TestDeep(t *testing.T) {
	var v event.Value = event.Int{Bits: 1}
	for range 2 * maxDepth {
		v = event.List{Items: []event.Value{v}}
	}
	c := newEncoder()
	c.add(&event.Signal{Info: v})
	v = decodeAll(t, c.out)[0].(*event.Signal).Info
	depth := 0
	for ; len(v.(event.List).Items) > 0; depth++ {
		v = v.(event.List).Items[0]
	}
	if depth != maxDepth || !v.(event.List).Cut {
		t.Errorf("%d deep, then %v", depth, v)
	}
}
