package cli

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// TestHaste: plait's threads have the highest priority, if that is allowed, and then what
// they had before.
func TestHaste(t *testing.T) {
	nice := func() int {
		raw, err := unix.Getpriority(unix.PRIO_PROCESS, os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		return rawZero - raw
	}
	before := nice()
	h := haste{}
	h.end() // nothing to take back
	h.begin()
	h.begin() // a second signal
	if now := nice(); now != highest && now != before || (now == highest) != (h.before.Load() != nil) {
		t.Errorf("nice %d, before %d", now, before)
	}
	h.end()
	if now := nice(); now != before {
		t.Errorf("nice %d in the end, before %d", now, before)
	}
}
