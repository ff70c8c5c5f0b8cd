package narrow

import (
	"reflect"
	"testing"

	"plait/event"
)

// A last keeps the event that it got last.
type last struct{ event.Event }

func (l *last) Emit(e event.Event) error {
	l.Event = e
	return nil
}

func (l *last) Close() error { return nil }

// TestValues narrows values of a system call.
func TestValues(t *testing.T) {
	limits := Limits{Strings: 3, Items: 4, SystemItems: 2, Descriptors: 1, Frames: 1}
	str := func(text string) event.Str { return event.Str{Text: text} }
	cut := func(text string) event.Str { return event.Str{Text: text, Cut: true} }
	n := event.Int{Bits: 1}
	fd := event.FD{Num: 3, Path: "socket:[9]", Description: "TCP:[9]", Device: "char 1:3"}
	path := event.FD{Num: 3, Path: "socket:[9]"}
	for _, test := range []struct{ value, want event.Value }{
		{str("abc"), str("abc")},
		{str("abcd"), cut("abc")},
		{event.Str{Text: "äöüß", Wide: true}, event.Str{Text: "äöü", Wide: true, Cut: true}},
		{event.Str{Text: "äöü", Wide: true}, event.Str{Text: "äöü", Wide: true}},
		{event.Str{Text: "/a/path", Path: true}, event.Str{Text: "/a/path", Path: true}},
		{event.List{Items: []event.Value{n, n}}, event.List{Items: []event.Value{n, n}}},
		{event.List{Items: []event.Value{n, str("abcd"), n}}, event.List{Items: []event.Value{n, cut("abc")}, Cut: true}},
		{event.List{Items: []event.Value{n, n, n}, Set: true}, event.List{Items: []event.Value{n, n, n}, Set: true}},
		{event.Record{Fields: []event.Field{{Name: "a", Value: str("abcd")}}}, event.Record{Fields: []event.Field{{Name: "a", Value: cut("abc")}}}},
		{event.Pointee{Addr: 1, Value: str("abcd")}, event.Pointee{Addr: 1, Value: cut("abc")}},
		{event.Change{Before: n, After: str("abcd")}, event.Change{Before: n, After: cut("abc")}},
		{event.Note{Value: n, Extra: str("abcd")}, event.Note{Value: n, Extra: cut("abc")}},
		{fd, path},
		{event.Pointer{Addr: 1, Stream: &fd}, event.Pointer{Addr: 1, Stream: &path}},
		{event.Void{}, event.Void{}},
		{nil, nil},
	} {
		var got last
		s := limits.New(&got)
		before := event.Call{Kind: event.System, From: "libc.so.6", Args: []event.Arg{{Name: "x", Value: test.value}}, Stack: []event.Caller{{Addr: 1}, {Addr: 2}}}
		call := before
		if err := s.Emit(&event.Return{Call: &call, Result: test.value}); err != nil {
			t.Fatal(err)
		}
		r := got.Event.(*event.Return)
		if !reflect.DeepEqual(r.Call.Args[0].Value, test.want) || !reflect.DeepEqual(r.Result, test.want) || r.Call.Args[0].Name != "x" {
			t.Errorf("%#v: %#v, %#v", test.value, r.Call.Args[0].Value, r.Result)
		}
		if len(r.Call.Stack) != 1 || r.Call.From != "" {
			t.Errorf("%+v", r.Call)
		}
		if !reflect.DeepEqual(call, before) {
			t.Errorf("%#v: the event has changed: %#v", test.value, call)
		}
	}
}

// TestLibraryCalls: arrays of library calls have a limit of their own.
func TestLibraryCalls(t *testing.T) {
	var got last
	s := Limits{Strings: -1, Items: 1, SystemItems: -1, Descriptors: 0, Frames: -1}.New(&got)
	list := event.List{Items: []event.Value{event.Void{}, event.Void{}}}
	call := &event.Call{Args: []event.Arg{{Value: list}, {Value: event.FD{Num: 1, Path: "/x"}}, {Value: event.Pointer{Addr: 1, Stream: &event.FD{}}}}}
	_ = s.Emit(&event.Enter{Call: call})
	want := []event.Arg{{Value: event.List{Items: list.Items[:1], Cut: true}}, {Value: event.FD{Num: 1}}, {Value: event.Pointer{Addr: 1}}}
	if got := got.Event.(*event.Enter).Call.Args; !reflect.DeepEqual(got, want) {
		t.Errorf("%#v", got)
	}
	same := &event.Enter{Call: &event.Call{Args: []event.Arg{{Value: event.Str{Text: "a long text"}}}}}
	if _ = s.Emit(same); got.Event != event.Event(same) {
		t.Error("an event that needs no change was copied")
	}
}

// TestUnexplained: what a page needs is not in a trace that nobody wanted explained.
func TestUnexplained(t *testing.T) {
	explained := &event.Return{Call: &event.Call{}, Explanation: event.Explanation{Text: "what it did", Manual: "read(2)"}}
	all := Limits{Strings: -1, Items: -1, SystemItems: -1, Descriptors: -1, Frames: -1}
	for _, silent := range []bool{true, false} {
		var got last
		all.Unexplained = silent
		_ = all.New(&got).Emit(explained)
		if left := got.Event.(*event.Return).Explanation != (event.Explanation{}); left == silent {
			t.Errorf("silent %v: %+v", silent, got.Event)
		}
	}
	if explained.Explanation.Text == "" {
		t.Error("the event has changed")
	}
}
