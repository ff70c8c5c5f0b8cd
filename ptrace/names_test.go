package ptrace

import (
	"strings"
	"testing"
)

// TestNames: every kind of stop and every restart has a name; what is none says
// its number.
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
	if got := (Killed + 1).String(); got != "?13" {
		t.Errorf("no kind: %s", got)
	}
}
