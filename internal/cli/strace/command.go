package strace

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"plait/internal/cli"
	"plait/ptrace"
)

// search finds the program to run as strace does. It looks only at the type and mode
// of files: whether the kernel can run what it finds is part of the trace.
func search(name, path string) (string, error) {
	if strings.Contains(name, "/") {
		if _, err := os.Stat(name); err != nil {
			return "", die("Cannot stat '%s': %s", name, cli.Reason(cli.ErrnoOf(err)))
		}
		return name, nil
	}
	for _, dir := range filepath.SplitList(path) {
		if dir == "" {
			dir = "."
		}
		file := dir + "/" + name
		info, err := os.Stat(file)
		if err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file, nil
		}
	}
	return "", die("Cannot find executable '%s'", name)
}

// credential returns the user that the command runs as, from a user's name or the
// numbers UID:GID.
func (o *options) credential() (*ptrace.User, error) {
	if os.Getuid() != 0 {
		return nil, die("You must be root to use the -u/--username option")
	}
	if uid, gid, ok := strings.Cut(o.user, ":"); ok {
		u, err1 := strconv.ParseUint(uid, 10, 32)
		g, err2 := strconv.ParseUint(gid, 10, 32)
		if errors.Join(err1, err2) != nil {
			return nil, die("Invalid UID:GID pair '%s'", o.user)
		}
		return &ptrace.User{UID: uint32(u), GID: uint32(g), Groups: []uint32{uint32(g)}}, nil
	}
	u, err := user.Lookup(o.user)
	if err != nil {
		return nil, die("Cannot find user '%s'", o.user)
	}
	return cli.Credential(u)
}
