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

// If the kernel refuses Go's runtime a thread, the runtime aborts the process, whatever it is
// doing. Attached processes would then be killed by breakpoints that nobody handles. So if a
// user may have few threads, plait starts all that it needs before it attaches.

// neededThreads are started beforehand. spareThreads must be free besides, for threads that
// end with their goroutines and for the command.
const (
	neededThreads = 12
	spareThreads  = 8
)

// fewThreads is the limit below which a user's threads are counted, which takes time.
const fewThreads = 1 << 12

// unlimited are the capabilities that lift the limit (getrlimit(2)).
const unlimited = 1<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_SYS_RESOURCE

// ReserveThreads starts the threads that plait will need if the user's limit is low. It returns
// an error if there cannot be enough.
func ReserveThreads() error {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NPROC, &limit) != nil || limit.Cur >= fewThreads || unix.Getuid() == 0 {
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
	startThreads(neededThreads)
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

// startThreads makes the runtime start n threads, which it then keeps.
func startThreads(n int) {
	var started, ended sync.WaitGroup
	started.Add(n)
	ended.Add(n)
	quit := make(chan struct{})
	for range n {
		go func() {
			runtime.LockOSThread()
			started.Done()
			<-quit
			runtime.UnlockOSThread()
			ended.Done()
		}()
	}
	started.Wait()
	close(quit)
	ended.Wait()
}
