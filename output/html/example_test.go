package html_test

import (
	"bytes"
	"fmt"
	"strings"

	"plait/event"
	"plait/output/html"
	"plait/output/text"
)

// The page comes first, then the parts of the trace.
func ExampleNew() {
	var file bytes.Buffer
	head := event.Head{PID: 7, TID: 7}
	call := &event.Call{ID: 1, Kind: event.Library, Name: "puts", Object: "libc.so.6"}
	w := html.New(&file, text.Options{}, html.About{Version: "1.0", Argv: []string{"plait", "hello"}})
	w.Emit(&event.Enter{Head: head, Call: call})
	w.Emit(&event.Return{Head: head, Call: call})
	w.Close()
	for line := range strings.Lines(file.String()) {
		if element, _, ok := strings.Cut(line, ">"); ok && strings.HasPrefix(element, "<script type=\"plait/") {
			fmt.Println(element + ">")
		}
	}
	// Output:
	// <script type="plait/rows">
	// <script type="plait/details">
	// <script type="plait/uses">
	// <script type="plait/heap">
	// <script type="plait/end">
}
