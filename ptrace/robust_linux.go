//go:build linux

package ptrace

import (
	"errors"
	"slices"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A robustList is the list of futexes that the kernel frees when this thread ends
// (set_robust_list(2), linux/futex.h). It is not in Go's memory, since the kernel has its address.
type robustList struct {
	head    *robustHead
	entries []unsafe.Pointer // each points to the address of the next
}

// A robustHead is struct robust_list_head. Each futex is offset bytes behind its entry.
type robustHead struct {
	next    unsafe.Pointer
	offset  int
	pending unsafe.Pointer
}

// add adds an entry, whose futex is offset bytes behind it. It must be called from the thread
// that owns the futex, always with the same offset.
func (r *robustList) add(entry unsafe.Pointer, offset int) error {
	if r.head == nil {
		if err := r.register(offset); err != nil {
			return err
		}
	}
	if r.head.offset != offset {
		return errors.New("the owner is at another offset before")
	}
	*(*unsafe.Pointer)(entry) = r.head.next
	r.head.next = entry
	r.entries = slices.Insert(r.entries, 0, entry)
	return nil
}

// register makes an empty list the thread's own.
func (r *robustList) register(offset int) error {
	page, err := unix.MmapPtr(-1, 0, nil, ownPage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return err
	}
	head := (*robustHead)(page)
	head.next, head.offset = page, offset
	if _, _, errno := syscall.RawSyscall(unix.SYS_SET_ROBUST_LIST, uintptr(page), unsafe.Sizeof(*head), 0); errno != 0 {
		_ = unix.MunmapPtr(page, ownPage)
		return errno
	}
	r.head = head
	return nil
}

// remove takes an entry out. One that is not in the list is ignored.
func (r *robustList) remove(entry unsafe.Pointer) {
	i := slices.Index(r.entries, entry)
	if i < 0 {
		return
	}
	next := *(*unsafe.Pointer)(entry)
	if i == 0 {
		r.head.next = next
	} else {
		*(*unsafe.Pointer)(r.entries[i-1]) = next
	}
	r.entries = slices.Delete(r.entries, i, i+1)
}
