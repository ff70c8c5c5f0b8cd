package strace

import (
	"io"
	"strings"
	"testing"

	"plait/internal/cli"
	"plait/internal/cli/clitest"
)

// TestStraceDocumentedUses: plait at least accepts the strace command lines that documents
// show without their output.
func TestStraceDocumentedUses(t *testing.T) {
	lines := 0
	for _, args := range clitest.ShownUses(t, "../../..") {
		if len(args) < 2 || args[0] != "--as" || args[1] != "strace" {
			continue
		}
		lines++
		o, err := parse(args[2:], cli.NewUI(io.Discard, "strace"))
		if err == nil {
			err = o.check()
		}
		if err != nil {
			t.Errorf("plait %s: %v", strings.Join(args, " "), err)
		}
	}
	if lines == 0 {
		t.Error("no command line of strace is shown")
	}
}
