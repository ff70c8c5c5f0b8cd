package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// patience is how long a command line is recorded at most. What it did until then counts.
const patience = time.Minute

// addBasket records the command lines in a file, one quoted text a line, and counts their
// calls.
func (c *counts) addBasket(plait, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if plait, err = filepath.Abs(plait); err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		command, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			return fmt.Errorf("%s: %q: %w", file, line, err)
		}
		if err := c.addCommand(plait, command); err != nil {
			return err
		}
	}
	return nil
}

// addCommand records a command line in a folder of its own, with a file "greet", and
// counts its calls.
func (c *counts) addCommand(plait, command string) error {
	dir, err := os.MkdirTemp("", "explained")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "greet"), []byte("hello\nworld\n"), 0o666); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	record := filepath.Join(dir, "recording")
	run := exec.CommandContext(ctx, plait, "-S", "-f", "--record", record, "bash", "-c", "exec >out 2>&1 </dev/null\n"+command)
	run.Dir = dir
	run.Cancel = func() error { return run.Process.Signal(syscall.SIGINT) }
	run.WaitDelay = patience
	_ = run.Run() // the status is the command's
	return c.add(record)
}
