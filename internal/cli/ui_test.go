package cli

import (
	"strings"
	"testing"
)

// TestMessages: each message is one line, and harmless to a terminal.
func TestMessages(t *testing.T) {
	var out strings.Builder
	u := NewUI(&out, "plait")
	if status := u.Fail(UsageError{What: "-z", Why: "\x1b[2J\n", Hint: "try -h"}); status != StatusUsage {
		t.Errorf("status %d", status)
	}
	if want := "plait: -z: ?[2J?\nplait: hint: try -h\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	if status := u.Fail(nil); status != 0 {
		t.Errorf("no error: status %d", status)
	}
}
