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

// defaultPath is where commands are searched for if PATH is not set (execvp(3)).
const defaultPath = "/bin:/usr/bin"

// A runError is a command that could not be run.
type runError struct {
	name string
	err  error
}

func (e runError) Error() string { return e.name + ": " + e.err.Error() }

func (e runError) Unwrap() error { return e.err }

// status returns the exit status that a shell would use.
func (e runError) status() int {
	if errors.Is(e.err, fs.ErrNotExist) {
		return cli.StatusNotFound
	}
	return cli.StatusNoRun
}

// newCommand finds the program that argv names, and the user that is to run it.
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

// search finds the file that runs as name, as execvp(3) does. A name with a slash is
// a path; any other name is searched for in the directories of path, where an empty
// one is the working directory.
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

// runnable returns why a file cannot be run, or nil. It does not look for a script's
// interpreter: the kernel does.
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

// launchError explains the kernel's refusal to run a file. ENOENT for a file that
// exists means that the interpreter is missing which its first line or its ELF header
// names.
func launchError(c ptrace.Command, err error) error {
	name := c.Path
	if errors.Is(err, syscall.ENOENT) && runnable(c.Path) == nil {
		return runError{name, fmt.Errorf("its interpreter: %w", err)}
	}
	return runError{name, err}
}

// credentialOf returns the IDs of the user called name, with the supplementary
// groups.
func credentialOf(name string) (*ptrace.User, error) {
	if os.Geteuid() != 0 {
		return nil, cli.UsageError{What: "-u " + name, Why: "only root can run a command as another user"}
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, cli.UsageError{What: "-u " + name, Why: "no such user"}
	}
	return cli.Credential(u)
}
