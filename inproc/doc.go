// Package inproc owns the life of the in-process engine in one address space: the arena and the
// areas of threads, the rings, the code that records calls and returns, and what threads ask
// for while they run. Library calls are caught by it without a stop.
//
// An [Engine] is started at a stop, when no other thread of the space runs code that it will
// change. The tracer then plants slots, gives each thread a ring (AddThread) and sets its
// spare base, and drains a thread's ring before it handles a stop of the thread. Before anybody
// sees a stopped thread's registers, Leave puts the thread into its own code. When the bell has
// rung, and every 10 ms, the tracer calls Tick, and drains the rings of all threads.
//
// A thread that returns to an address for the first time asks for it before it calls, and waits on
// its ring, not in a stop: so a killed tracer harms nobody. Tick answers: it asks the tracer
// what a return there needs, plants the code, for which the waiting thread itself maps memory,
// or has the tracer plant a breakpoint.
//
// Whatever the engine can't do, it says so by an error with the reason, and the tracer keeps to
// breakpoints. The package does not know what a call means, which calls are traced, or how a
// tracee is stopped and restarted. Machine code belongs to package inline, the layout of the
// shared memory to package ring.
//
// # Adding to it
//
// Memory in the tracee is mapped in memory.go, and listed there: Stop and a forked child
// that is not followed unmap all of it. What a waiting thread can be told to do is in request.go.
package inproc
