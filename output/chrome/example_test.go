package chrome_test

import (
	"fmt"
	"os"
	"time"

	"plait/event"
	"plait/output/chrome"
	"plait/output/text"
)

// A call is one event, written when it ends. The first two name its process and thread.
func ExampleNew() {
	start := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	call := &event.Call{ID: 1, Kind: event.Library, Name: "puts", Object: "libc.so.6",
		Args: []event.Arg{{Name: "s", Value: event.Str{Text: "hi\n"}}}}
	w := chrome.New(os.Stdout, text.Options{})
	for _, e := range []event.Event{
		&event.Spawn{Head: event.Head{PID: 7, TID: 7, Time: start}, Kind: event.Launched, ChildPID: 7, ChildTID: 7, Path: "/usr/bin/hello"},
		&event.Enter{Head: event.Head{PID: 7, TID: 7, Time: start.Add(1500)}, Call: call},
		&event.Return{Head: event.Head{PID: 7, TID: 7, Time: start.Add(5000)}, Call: call, Result: event.Int{Bits: 3, Size: 4}},
	} {
		if err := w.Emit(e); err != nil {
			fmt.Println(err)
		}
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// [
	// {"ph":"M","name":"process_name","pid":7,"tid":7,"ts":0.000,"args":{"name":"hello"}},
	// {"ph":"M","name":"thread_name","pid":7,"tid":7,"ts":0.000,"args":{"name":"thread 7"}},
	// {"ph":"X","name":"puts","cat":"library","pid":7,"tid":7,"ts":1.500,"dur":3.500,"args":{"s":"\"hi\\n\"","object":"libc.so.6","result":"3"}}
	// ]
}
