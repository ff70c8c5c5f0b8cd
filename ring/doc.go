// Package ring owns the memory that plait shares with a process whose library calls it
// catches without a stop: the layout of the arena, of the rings in it, of a thread's area,
// and of the records. A [Reader] takes the records out of a ring.
//
// The code that writes records is made by another room. A thread writes to its own ring
// only, so nothing is locked:
//
//   - A ring has two halves. The thread writes records into one, plait reads either. pos, in
//     the thread's area, is the address of its next record.
//   - A record may begin only at pos < limit. Where that fails, the thread hands the half over:
//     it waits until the other one is free (End is 0), stores the address behind its last record
//     to the End of its own, then pos and then limit for the other. plait reads that half to its
//     End, and stores 0 there.
//   - A thread waits on the ring's Turn, a futex. plait adds 1 to it and wakes its waiter
//     after it has freed a half, answered a request or posted a command. The thread loads Turn
//     before it looks whether it has to wait, so that no wake is lost. It wakes every 50 ms, to
//     look at the owner word.
//   - A thread that returns to an address that is not in the table of known return addresses
//     stores it to Request and waits until plait has stored 0 there. Meanwhile it makes the system
//     call that plait posts in Command: number + 1, or 0 if there is none. It stores the result,
//     then 0 to the number.
//
// The traced program can write to the arena, as it can to all of its memory. So a Reader trusts
// nothing: it copies what it reads, and looks at each number. What is broken ends the ring.
//
// The package does not know processes, machine code, or what a call means.
//
// # Adding to it
//
// A new part of a record needs a field of [Enter] or [Return], a line in its Layout, and an
// offset in [Layout]. The emitter and the decoder find it there. A new word of the arena or of an
// area is a constant in layout.go; TestLayout holds that none overlap.
package ring
