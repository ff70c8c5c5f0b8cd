package narrow

import (
	"reflect"
	"testing"

	"plait/event"
)

// TestRedaction takes out one kind of thing at a time.
func TestRedaction(t *testing.T) {
	secret, path := event.Str{Text: "secret"}, event.Str{Text: "/home/me", Path: true}
	gone := event.Str{Cut: true}
	fd := event.FD{Num: 3, Path: "/home/me", Description: "TCP:[9]"}
	all := event.List{Items: []event.Value{secret, path}}
	for _, test := range []struct {
		r    Redaction
		call string
		arg  event.Arg
		want event.Value
	}{
		{Redaction{Strings: true}, "write", event.Arg{Value: all}, event.List{Items: []event.Value{gone, path}}},
		{Redaction{Paths: true}, "open", event.Arg{Value: all}, event.List{Items: []event.Value{secret, gone}}},
		{Redaction{Env: true}, "write", event.Arg{Value: all}, all},
		{Redaction{Env: true}, "execve", event.Arg{Name: "envp", Value: all}, event.List{Items: []event.Value{gone, gone}}},
		{Redaction{Env: true}, "getenv", event.Arg{Name: "name", Value: secret}, gone},
		{Redaction{Paths: true}, "read", event.Arg{Value: fd}, event.FD{Num: 3}},
		{Redaction{Strings: true}, "read", event.Arg{Value: fd}, fd},
		{Redaction{Paths: true}, "fclose", event.Arg{Value: event.Pointer{Addr: 1, Stream: &fd}}, event.Pointer{Addr: 1}},
		{Redaction{Strings: true}, "puts", event.Arg{Value: event.Str{}}, event.Str{}},
		{Redaction{Strings: true}, "connect", event.Arg{Value: event.Verbatim{Text: `inet_addr("10.0.0.1")`, Data: "\n\x00\x00\x01"}}, gone},
		{Redaction{Strings: true}, "execve", event.Arg{Value: event.Int{Bits: 1}}, event.Int{Bits: 1}},
	} {
		var got last
		s := test.r.New(&got)
		_ = s.Emit(&event.Enter{Call: &event.Call{Name: test.call, Args: []event.Arg{test.arg}}})
		if v := got.Event.(*event.Enter).Call.Args[0].Value; !reflect.DeepEqual(v, test.want) {
			t.Errorf("%+v, %s: %#v, want %#v", test.r, test.call, v, test.want)
		}
	}
	var got last
	s := Redaction{Paths: true, Strings: true}.New(&got)
	_ = s.Emit(&event.Exec{Path: "/home/me/bin/x"})
	if x := got.Event.(*event.Exec); x.Path != "x" {
		t.Error(x.Path)
	}
	_ = s.Emit(&event.Return{Call: &event.Call{Stack: []event.Caller{{Object: "/home/me/x", Source: "/home/me/x.c"}}}, Result: secret, Dumps: []event.Dump{{Data: []byte("secret")}}})
	r := got.Event.(*event.Return)
	if f := r.Call.Stack[0]; f.Object != "x" || f.Source != "x.c" || r.Result != event.Value(gone) || r.Dumps != nil {
		t.Errorf("%+v %+v", r, r.Call)
	}
}
