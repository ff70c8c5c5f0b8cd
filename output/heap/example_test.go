package heap_test

import (
	"os"

	"plait/event"
	"plait/output/heap"
	"plait/output/table"
)

// Of two blocks, one is freed.
func ExampleNew() {
	head := event.Head{PID: 7, TID: 7}
	h := heap.New(os.Stdout, heap.Options{Name: func(c *event.Call) string { return c.Name }, Form: table.CSV})
	for i, done := range []struct {
		name string
		heap event.Heap
	}{
		{"malloc", event.Heap{Block: 0x1010, Size: 100, Sized: true}},
		{"malloc", event.Heap{Block: 0x1080, Size: 24, Sized: true}},
		{"free", event.Heap{Freed: 0x1010}},
	} {
		c := &event.Call{ID: uint64(i + 1), Kind: event.Library, Name: done.name, From: "prog", Stack: []event.Caller{{Symbol: "main", Source: "prog.c", Line: 5 + i}}}
		h.Emit(&event.Enter{Head: head, Call: c})
		h.Emit(&event.Return{Head: head, Call: c, Heap: done.heap})
	}
	h.Close()
	// Output:
	// function,place,calls,bytes,freed,live,blocks,peak,kernel
	// malloc,main (prog.c:6),1,24,0,24,1,24,
	// malloc,main (prog.c:5),1,100,100,0,0,100,
	// free,main (prog.c:7),1,0,0,0,0,0,
}
