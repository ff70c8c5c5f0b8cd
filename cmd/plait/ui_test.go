package main

import (
	"strings"
	"testing"
)

// TestMessages: what is said is one line, and harmless.
func TestMessages(t *testing.T) {
	var out strings.Builder
	u := newUI(&out, "plait")
	if status := u.fail(usageError{what: "-z", why: "\x1b[2J\n", hint: "try -h"}); status != statusUsage {
		t.Errorf("status %d", status)
	}
	if want := "plait: -z: ?[2J?\nplait: hint: try -h\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	if status := u.fail(nil); status != 0 {
		t.Errorf("no error: status %d", status)
	}
}
