package cli

import (
	"os"
	"strconv"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A haste is whether plait outranks other programs for the moment in which it leaves: the
// sooner it is gone, the better for all. On a busy machine it would else wait for its turn
// again and again.
type haste struct {
	before atomic.Pointer[int] // nice value from before; nil: it was not changed
}

// Nice values (setpriority(2)).
const (
	highest = -20
	rawZero = 20 // what getpriority(2) returns for 0 before the C library turns it round
)

// begin gives plait's threads the highest priority, if plait may (RLIMIT_NICE,
// CAP_SYS_NICE). Threads that they make inherit it.
func (h *haste) begin() {
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, os.Getpid())
	if before := rawZero - raw; err == nil && before > highest && setNice(highest) {
		h.before.Store(&before)
	}
}

// end takes that back.
func (h *haste) end() {
	if before := h.before.Swap(nil); before != nil {
		setNice(*before)
	}
}

// setNice sets the nice value of all threads. It reports whether that was allowed.
func setNice(nice int) bool {
	threads, err := os.ReadDir("/proc/self/task")
	for _, thread := range threads {
		tid, _ := strconv.Atoi(thread.Name())
		if err := unix.Setpriority(unix.PRIO_PROCESS, tid, nice); err != nil && err != unix.ESRCH {
			return false
		}
	}
	return err == nil
}
