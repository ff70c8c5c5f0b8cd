package ring_test

import (
	"encoding/binary"
	"fmt"

	"plait/ring"
)

// A thread in the example has written one record, and stands behind it.
type thread struct {
	pos   uint64
	words int
}

func (t *thread) Pos() (uint64, error)        { return t.pos, nil }
func (t *thread) Freed()                      {}
func (t *thread) Words(ring.Kind, uint32) int { return t.words }

// ExampleReader reads the record of a call with one integer argument, which a thread has
// written to its ring at 0x10000.
func ExampleReader() {
	layout, _ := ring.Enter{Words: 1}.Layout()
	shared := make([]byte, ring.RingSize)
	record := shared[ring.Half0:]
	binary.LittleEndian.PutUint64(record, ring.Head(ring.Entered, 7, layout.Words))
	binary.LittleEndian.PutUint64(record[ring.Ret:], 0x401020)
	binary.LittleEndian.PutUint64(record[layout.Args:], 42)

	writer := &thread{pos: 0x10000 + ring.Half0 + uint64(8*layout.Words), words: layout.Words}
	reader := ring.NewReader(0x10000, shared)
	err := reader.Drain(writer, func(r *ring.Record) {
		fmt.Printf("slot %d, argument %d, returns to %#x\n", r.ID, r.Word(layout.Args), r.Word(ring.Ret))
	})
	fmt.Println(err)
	// Output:
	// slot 7, argument 42, returns to 0x401020
	// <nil>
}
