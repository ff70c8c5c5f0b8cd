// Package heap shows what a program does with its heap: a table of the calls that allocate
// and free, by the place that makes them, and how the live bytes and the program break
// went.
//
// It owns which blocks live, and who is told to have made the heap grow or shrink. It does
// not know which functions allocate: an event.Return says so, because a prototype did. What
// it says about why memory was not given back (why.go) is what calls have shown, by
// mallopt(3); what only the allocator knows is not said.
//
// Some rules are not obvious. A block that a traced function of a library got from a
// function inside it belongs to the outer call, which the program made, and so does what the
// kernel did for it; the inner call does not count. A forked process
// has a copy of its creator's blocks; they were counted once, so what the copy does to
// them is not counted. A program that is executed begins with an empty heap; what lived
// before it is counted as never freed.
//
// # Adding a column
//
// Add a field to site, count it in Heap.count or Heap.system, and show it in table.go.
package heap
