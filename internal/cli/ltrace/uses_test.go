package ltrace

import (
	"fmt"
	"strings"
	"testing"

	"plait/internal/cli/clitest"
)

// TestDocumentedUses: plait at least accepts the command lines that documents show without
// their output.
func TestDocumentedUses(t *testing.T) {
	all := clitest.ShownUses(t, "../../..")
	for _, e := range examples {
		all = append(all, strings.Fields(e.command)[1:])
	}
	lines := 0
	for _, args := range all {
		if args[0] == "--as" || args[0] == "--as=strace" {
			continue
		}
		lines++
		if err := taken(args); err != nil {
			t.Errorf("plait %s: %v", strings.Join(args, " "), err)
		}
	}
	if lines < 10 {
		t.Errorf("only %d command lines are shown", lines)
	}
}

// taken returns an error if plait does not accept a command line.
func taken(args []string) error {
	o, err := parse(args)
	if err != nil || len(o.prototypes) > 0 || o.lesson {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	if _, err := choiceOf(o); err != nil {
		return fmt.Errorf("filter: %w", err)
	}
	return nil
}
