package ptrace

import (
	"fmt"
	"strings"
	"testing"
)

// TestNames: every kind of stop and every restart has a name. Anything else is written
// as its number.
func TestNames(t *testing.T) {
	for k := range Killed + 1 {
		if strings.HasPrefix(k.String(), "?") {
			t.Errorf("kind %d has no name", k)
		}
	}
	for op := range Hold + 1 {
		if strings.HasPrefix(op.String(), "?") {
			t.Errorf("restart %d has no name", op)
		}
	}
	if got, want := (Killed + 1).String(), fmt.Sprintf("?%d", int(Killed)+1); got != want {
		t.Errorf("no kind: %s", got)
	}
}
