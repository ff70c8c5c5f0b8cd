package ltrace

import (
	"fmt"

	"plait/internal/cli"
	"plait/internal/cli/pty"
	"plait/ptrace"
)

// checkPty checks --pty, which needs a command that plait waits for.
func (o *options) checkPty() error {
	switch {
	case !o.pty || o.replay != "":
		return nil
	case o.isLtrace():
		return cli.UsageError{What: "--pty", Why: "no such option of ltrace", Hint: "plait has it by its own name"}
	case len(o.command) == 0:
		return cli.UsageError{What: "--pty", Why: "there is no command to run"}
	case o.limit > 0:
		return cli.UsageError{What: "--pty and --limit", Why: "exclude each other", Hint: "a command that goes on without plait would lose its terminal"}
	}
	return nil
}

// openTerminal makes the command's terminal, if it is to have one of its own.
func (o *options) openTerminal(c *ptrace.Command) (*pty.Terminal, error) {
	if !o.pty {
		return nil, nil
	}
	t, err := pty.Open()
	if err != nil {
		return nil, fmt.Errorf("--pty: %w", err)
	}
	if c.User != nil {
		err = t.Give(c.User.UID)
	}
	c.Terminal = t.Slave()
	return t, err
}

// endTerminal relays the rest of the command's output.
func endTerminal(t *pty.Terminal, u *cli.UI) {
	if !t.End(u.ShutdownBegun()) {
		u.Say("standard output: nobody reads it: the end of what the command wrote is lost")
	}
}
