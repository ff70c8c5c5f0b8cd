package inproc_test

import (
	"fmt"
	"log"

	"plait/inproc"
	"plait/ring"
)

// ExampleStart plants a jump at a PLT stub of a process with one thread, which is stopped, and
// reads what the thread has recorded when it has stopped again.
func ExampleStart() {
	kernel, tid := newScript() // a kernel that follows a script
	engine, err := inproc.Start(kernel.config(), tid)
	if err != nil {
		log.Fatal(err) // plait keeps to breakpoints
	}
	stub := []byte("\xff\x25\x00\x10\x00\x00" + "\x0f\x1f\x44\x00\x00\x00\x00\x00\x00")
	err = engine.PlantSlot(tid, inproc.Slot{ID: 3, Addr: scriptStub, Code: stub, Enter: ring.Enter{Words: 1}})
	if err != nil {
		log.Fatal(err)
	}
	base, err := engine.AddThread(tid, 0)
	fmt.Println(base == kernel.areas, err)

	kernel.call(3, 42) // the thread runs, and calls by the stub
	err = engine.Drain(tid, func(r *inproc.Record) {
		fmt.Printf("slot %d at %#x: argument %d\n", r.ID, r.Addr, r.Word(r.Layout.Args))
	})
	fmt.Println(err, engine.Stop(tid))
	// Output:
	// true <nil>
	// slot 3 at 0x401020: argument 42
	// <nil> <nil>
}
