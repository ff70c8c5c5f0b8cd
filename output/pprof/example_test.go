package pprof_test

import (
	"bytes"
	"fmt"

	"github.com/google/pprof/profile"

	"plait/event"
	"plait/output/pprof"
	"plait/output/text"
)

// The format's own library reads what is written.
func ExampleNew() {
	var file bytes.Buffer
	head := event.Head{PID: 7, TID: 7}
	call := &event.Call{ID: 1, Kind: event.Library, Name: "puts", Object: "libc.so.6"}
	w := pprof.New(&file, text.Options{})
	w.Emit(&event.Enter{Head: head, Call: call})
	w.Emit(&event.Return{Head: head, Call: call, Elapsed: 50})
	w.Close()
	p, err := profile.Parse(&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	leaf := p.Sample[0].Location[0]
	fmt.Println(leaf.Line[0].Function.Name, leaf.Mapping.File, p.Sample[0].Value)
	// Output:
	// puts libc.so.6 [1 50]
}
