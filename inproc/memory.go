package inproc

import (
	"errors"
	"fmt"

	"plait/inline"
	"plait/ring"
)

// Constants of mmap(2), madvise(2) and memfd_create(2).
const (
	protReadWrite     = 1 | 2
	protReadExec      = 1 | 4
	mapShared         = 0x1
	mapPrivateAnon    = 0x2 | 0x20
	mapFixed          = 0x10
	mapFixedNoReplace = 0x100000
	dontDump          = 16
	wipeOnFork        = 18
	memfdFlags        = 1 | 2 // MFD_CLOEXEC, MFD_ALLOW_SEALING

	noFile = ^uint64(0)
)

// memoryName is the name of the shared memory in /proc/PID/maps.
const memoryName = "plait"

const pageSize = 4096

// call makes a stopped thread make a system call. An error number is an error.
func (e *Engine) call(tid int, nr uint64, args ...uint64) (uint64, error) {
	got, err := e.Call(tid, nr, args...)
	if err != nil {
		return 0, err
	}
	if failed := errnoOf(got); failed != 0 {
		return 0, failed
	}
	return got, nil
}

// An errno is an error number, errno(3).
type errno uint64

// eexist is EEXIST: memory is mapped there already.
const eexist errno = 17

func (e errno) Error() string { return fmt.Sprintf("error %d of errno(3)", uint64(e)) }

// errnoOf returns the error that the result of a system call stands for, or 0.
func errnoOf(result uint64) errno {
	const maxErrno = 4095
	if -result <= maxErrno {
		return errno(-result)
	}
	return 0
}

// mapMemory maps the areas of threads, the arena and the hand-over routine.
func (e *Engine) mapMemory(tid int) error {
	areas, err := e.mmap(tid, 0, ring.Areas, protReadWrite, mapPrivateAnon, noFile)
	if err != nil {
		return fmt.Errorf("map memory: %w", err)
	}
	e.areas = areas
	if _, err := e.call(tid, e.Arch.Calls.Madvise, areas, ring.Areas, wipeOnFork); err != nil {
		return fmt.Errorf("have memory wiped in children: %w", err)
	}
	if err := e.mapArena(tid, 0); err != nil {
		return err
	}
	return e.mapRoutine(tid)
}

// mmap maps memory and lists it.
func (e *Engine) mmap(tid int, at, size, prot, flags, fd uint64) (uint64, error) {
	got, err := e.call(tid, e.Arch.Calls.Mmap, at, size, prot, flags, fd, 0)
	if err == nil && at != 0 && got != at { // before Linux 4.17 the flag means nothing
		_, _ = e.call(tid, e.Arch.Calls.Munmap, got, size)
		err = eexist
	}
	if err == nil {
		e.room.own(inline.Range{Lo: got, Hi: got + size})
	}
	return got, err
}

// mapArena maps memory that is shared with us, at an address or, if that is 0, anywhere.
func (e *Engine) mapArena(tid int, at uint64) error {
	fd, err := e.memfd(tid)
	if err != nil {
		return fmt.Errorf("make shared memory: %w", err)
	}
	flags := uint64(mapShared)
	if at != 0 {
		flags |= mapFixed
	}
	shared, err := e.Kernel.Share(tid, int(fd), ring.Size, ring.Owner)
	if err == nil {
		e.arena, err = e.mmap(tid, at, ring.Size, protReadWrite, flags, fd)
	}
	if _, closed := e.call(tid, e.Arch.Calls.Close, fd); err == nil {
		err = closed
	}
	if shared != nil && err != nil {
		e.Kernel.Unshare(shared)
	}
	if err != nil {
		return fmt.Errorf("share memory: %w", err)
	}
	_, _ = e.call(tid, e.Arch.Calls.Madvise, e.arena, ring.Size, dontDump) // it is not the program's
	e.shared = shared
	e.Kernel.Listen(shared, ring.Doorbell, ring.Waiting, e.Rung)
	return nil
}

// memfd makes an empty file in memory. Its name is in the areas for a moment,
// which no thread has yet.
func (e *Engine) memfd(tid int) (uint64, error) {
	e.memory.tid = tid
	name := append([]byte(memoryName), 0)
	if err := e.memory.Write(e.areas, name); err != nil {
		return 0, err
	}
	fd, err := e.call(tid, e.Arch.Calls.MemfdCreate, e.areas, memfdFlags)
	if err := errors.Join(err, e.memory.Write(e.areas, make([]byte, len(name)))); err != nil {
		return 0, err
	}
	return fd, nil
}

// mapRoutine maps a page for the hand-over routine, which threads find by their areas.
func (e *Engine) mapRoutine(tid int) error {
	at, err := e.mmap(tid, 0, pageSize, protReadExec, mapPrivateAnon, noFile)
	if err != nil {
		return fmt.Errorf("map memory: %w", err)
	}
	c := e.kit.Routine(at)
	if err := e.memory.Write(c.Addr, c.Bytes); err != nil {
		return err
	}
	e.table.AddCode(c)
	e.routine = c.Entry
	return nil
}

// unmapAll unmaps everything that was mapped in the space.
func (e *Engine) unmapAll(tid int) (first error) {
	for _, r := range e.room.owned {
		if _, err := e.call(tid, e.Arch.Calls.Munmap, r.Lo, r.Hi-r.Lo); err != nil && first == nil {
			first = fmt.Errorf("unmap memory: %w", err)
		}
	}
	e.room = room{}
	return first
}
