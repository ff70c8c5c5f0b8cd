package jsonl_test

import (
	"fmt"
	"os"
	"time"

	"plait/event"
	"plait/output/jsonl"
)

// ExampleNew shows that a call is one record, written when it ends.
func ExampleNew() {
	start := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	call := &event.Call{ID: 1, Kind: event.Library, Name: "puts", Object: "libc.so.6", Number: -1,
		Args: []event.Arg{{Name: "s", Value: event.Str{Text: "hi"}}}}
	w := jsonl.New(os.Stdout, jsonl.Options{Version: "1.0"})
	for _, e := range []event.Event{
		&event.Enter{Head: event.Head{PID: 7, TID: 7, Time: start}, Call: call},
		&event.Return{Head: event.Head{PID: 7, TID: 7, Time: start.Add(2000)}, Call: call, Result: event.Int{Bits: 3, Size: 4}, Elapsed: 2000},
	} {
		if err := w.Emit(e); err != nil {
			fmt.Println(err)
		}
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"t":"meta","schema":3,"plait":"1.0","start":"2024-05-06T07:08:09Z"}
	// {"t":"call","ts":0,"pid":7,"tid":7,"dur":2000,"id":1,"depth":0,"kind":"library","name":"puts","object":"libc.so.6","args":[{"name":"s","value":"hi"}],"ret":3,"outcome":"returned"}
	// {"t":"end"}
}
