package speedscope_test

import (
	"os"

	"plait/event"
	"plait/output/speedscope"
	"plait/output/text"
)

// A thread is a profile, in which frames open and close.
func ExampleNew() {
	head := event.Head{PID: 7, TID: 7}
	call := &event.Call{ID: 1, Kind: event.Library, Name: "puts", Object: "libc.so.6"}
	w := speedscope.New(os.Stdout, text.Options{}, "1.0")
	w.Emit(&event.Enter{Head: head, Call: call})
	w.Emit(&event.Return{Head: head, Call: call})
	w.Close()
	// Output:
	// {"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"plait 1.0","shared":{"frames":[{"name":"puts","file":"libc.so.6"}]},"profiles":[{"type":"evented","name":"process 7, thread 7","unit":"nanoseconds","startValue":0,"endValue":0,"events":[
	// {"type":"O","frame":0,"at":0},
	// {"type":"C","frame":0,"at":0}]}]}
}
