//go:build linux

package ptrace

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// Go's runtime gives up when the kernel refuses it a thread, in the middle of anything:
// what was attached to would then die of breakpoints that nobody handles. So where a
// user may not have many, what plait needs is made before it begins.

// What plait needs: threads that are made before it begins, and some to spare, for
// threads that are not given back and for the command.
const (
	neededThreads = 12
	spareThreads  = 8
)

// scarce is what limit makes threads worth counting, which takes time.
const scarce = 1 << 12

// Capabilities that no such limit holds for (getrlimit(2)).
const unlimited = 1<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_SYS_RESOURCE

// EnoughThreads makes threads for all that plait will do, or tells why there can't be
// enough.
func EnoughThreads() error {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NPROC, &limit) != nil || limit.Cur >= scarce || unix.Getuid() == 0 {
		return nil
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil
	}
	if caps, err := strconv.ParseUint(parseStatus(string(status))["CapEff"], 16, 64); err == nil && caps&unlimited != 0 {
		return nil
	}
	if n := threadsOf(unix.Getuid()); n+neededThreads+spareThreads > limit.Cur {
		return fmt.Errorf("at most %d by ulimit -u, and there are %d", limit.Cur, n)
	}
	prepare(neededThreads)
	return nil
}

// threadsOf counts the threads of a user, as far as /proc shows them.
func threadsOf(uid int) (n uint64) {
	paths, _ := filepath.Glob("/proc/[0-9]*/status")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		status := parseStatus(string(text))
		if real, _, _ := strings.Cut(status["Uid"], "\t"); real != strconv.Itoa(uid) {
			continue
		}
		if threads, err := strconv.ParseUint(status["Threads"], 10, 64); err == nil {
			n += threads
		}
	}
	return n
}

// prepare has the runtime make n threads, which it keeps.
func prepare(n int) {
	var made, gone sync.WaitGroup
	made.Add(n)
	gone.Add(n)
	leave := make(chan struct{})
	for range n {
		go func() {
			runtime.LockOSThread()
			made.Done()
			<-leave
			runtime.UnlockOSThread()
			gone.Done()
		}()
	}
	made.Wait()
	close(leave)
	gone.Wait()
}
