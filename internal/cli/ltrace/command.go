package ltrace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/internal/cli"
	"plait/ptrace"
)

// defaultPath is where commands are searched for if PATH is not set, see
// execvp(3).
const defaultPath = "/bin:/usr/bin"

// A runError is a command that could not be run.
type runError struct {
	name string
	err  error
}

func (e runError) Error() string { return e.name + ": " + e.err.Error() }

func (e runError) Unwrap() error { return e.err }

// status is what a shell would exit with.
func (e runError) status() int {
	if errors.Is(e.err, fs.ErrNotExist) {
		return cli.StatusNotFound
	}
	return cli.StatusNoRun
}

// newCommand finds the program that argv names and who is to run it.
func newCommand(argv []string, userName string) (ptrace.Command, error) {
	c := ptrace.Command{Argv: argv, Env: os.Environ()}
	if userName != "" {
		credential, err := credentialOf(userName)
		if err != nil {
			return c, err
		}
		c.User = credential
	}
	path, ok := os.LookupEnv("PATH")
	if !ok {
		path = defaultPath
	}
	file, err := search(argv[0], path)
	c.Path = file
	return c, err
}

// search finds the file that runs as name, as execvp(3) does: a name with a
// slash is a path; other names are looked for in the directories of path, of
// which an empty one is the working directory.
func search(name, path string) (string, error) {
	if strings.Contains(name, "/") {
		return name, runnable(name)
	}
	var denied error
	for _, dir := range filepath.SplitList(path) {
		if dir == "" {
			dir = "."
		}
		file := dir + "/" + name
		err := runnable(file)
		if err == nil {
			return file, nil
		}
		if denied == nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
			denied = err
		}
	}
	if denied != nil {
		return "", denied
	}
	return "", runError{name, syscall.ENOENT}
}

// runnable tells why a file cannot be run. A script without its interpreter
// passes: the kernel tells.
func runnable(file string) error {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return runError{file, cli.ErrnoOf(err)}
	case info.IsDir():
		return runError{file, syscall.EISDIR}
	}
	if err := unix.Faccessat(unix.AT_FDCWD, file, unix.X_OK, unix.AT_EACCESS); err != nil {
		return runError{file, err}
	}
	return nil
}

// launchError words the kernel's refusal to run a file. ENOENT from a file that
// is there means the interpreter that its first line or its ELF header names.
func launchError(c ptrace.Command, err error) error {
	name := c.Path
	if errors.Is(err, syscall.ENOENT) && runnable(c.Path) == nil {
		return runError{name, fmt.Errorf("its interpreter: %w", err)}
	}
	return runError{name, err}
}

// credentialOf is who USER is to the kernel, with the supplementary groups.
func credentialOf(name string) (*ptrace.User, error) {
	if os.Geteuid() != 0 {
		return nil, cli.UsageError{What: "-u " + name, Why: "only root can run a command as another user"}
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, cli.UsageError{What: "-u " + name, Why: "no such user"}
	}
	return cli.UserOf(u)
}
