// Package inline makes the machine code by which a program records its own library calls, and
// plants the jumps that lead there. It owns
//   - the code (thunks) that runs at a call and at a return address and writes a record, and
//     the hand-over routine, in which a thread waits (enter.go, return.go, routine.go);
//   - what each instruction of it means for a thread that stands there: how the thread gets
//     back into its own code, with its own registers (leave.go);
//   - the search for a jump from an instruction to free memory (jump.go), which may lead to
//     an island with another jump (island.go);
//   - the table of the jumps in one address space, and of the code there (table.go).
//
// A thunk changes no register, no flag and no byte of the stack. It keeps what it needs in the
// thread's area, which GS leads to, and fills the record. One store commits the record: before
// it, a thread can go back to the site, and nothing has happened; behind it, the record counts.
// The last instruction of a thunk does what the instruction at the site does.
//
// It does not know processes, how memory is reached or mapped, what a record means, or why a
// call is recorded. What is in a record, a ring and an area belongs to package ring.
//
// # Adding to it
//
// A new part of a record is stored by enterTemplate or returnTemplate, at the offset that
// ring.Layout has. A new kind of instruction is a form in asm.go. The tests then compare the
// code with what a disassembler says, and single-step a process through every instruction,
// which leaves from each; a new kind of thunk goes into the list of kinds there.
package inline
