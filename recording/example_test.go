package recording_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"plait/event"
	"plait/output/text"
	"plait/recording"
)

// What was recorded is shown again, without the program.
func ExampleNewReader() {
	var file bytes.Buffer
	call := &event.Call{ID: 1, Kind: event.Library, Name: "puts", Args: []event.Arg{{Value: event.Str{Text: "hi"}}}}
	w := recording.New(&file, recording.Header{Version: "1.0", Command: []string{"hello"}})
	w.Emit(&event.Enter{Call: call})
	w.Emit(&event.Return{Call: call, Result: event.Int{Bits: 3, Size: 4}})
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	r, err := recording.NewReader(&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Header().Command)
	out := text.New(os.Stdout, text.Options{})
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			continue
		}
		out.Emit(e)
	}
	out.Close()
	// Output:
	// [hello]
	// puts("hi") = 3
}
