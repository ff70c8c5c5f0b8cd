package main

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"plait/ptrace"
)

// straceSearch finds the program to run as strace does, which looks only at the
// kind and the mode of files: whether the kernel will run what it finds is in the
// trace.
func straceSearch(name, path string) (string, error) {
	if strings.Contains(name, "/") {
		if _, err := os.Stat(name); err != nil {
			return "", straceDie("Cannot stat '%s': %s", name, reason(errnoOf(err)))
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
	return "", straceDie("Cannot find executable '%s'", name)
}

// credential is who the command runs as: a user's name, or the numbers of a user
// and a group.
func (o *straceOptions) credential() (*ptrace.User, error) {
	if os.Getuid() != 0 {
		return nil, straceDie("You must be root to use the -u/--username option")
	}
	if uid, gid, ok := strings.Cut(o.user, ":"); ok {
		u, err1 := strconv.ParseUint(uid, 10, 32)
		g, err2 := strconv.ParseUint(gid, 10, 32)
		if errors.Join(err1, err2) != nil {
			return nil, straceDie("Invalid UID:GID pair '%s'", o.user)
		}
		return &ptrace.User{UID: uint32(u), GID: uint32(g), Groups: []uint32{uint32(g)}}, nil
	}
	u, err := user.Lookup(o.user)
	if err != nil {
		return nil, straceDie("Cannot find user '%s'", o.user)
	}
	return userOf(u)
}
