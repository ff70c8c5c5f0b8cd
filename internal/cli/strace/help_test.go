package strace

import (
	"strings"
	"testing"
)

// TestStraceHelpFits: the usage text fits a terminal of 80 columns, except its first
// lines, which begin with the name that the program was called by.
func TestStraceHelpFits(t *testing.T) {
	for line := range strings.Lines(helpText()) {
		if n := len(strings.TrimSuffix(line, "\n")); n >= 80 && !strings.Contains(line, "[option...]") {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
