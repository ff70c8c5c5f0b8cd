package cli

import (
	"fmt"
	"os/user"
	"strconv"

	"plait/ptrace"
)

// Credential returns the IDs of a user as the kernel needs them, with all groups.
func Credential(u *user.User) (*ptrace.User, error) {
	groups, err := u.GroupIds()
	if err != nil {
		return nil, fmt.Errorf("-u %s: groups: %w", u.Username, err)
	}
	c := &ptrace.User{}
	for _, id := range groups {
		c.Groups = append(c.Groups, number(id))
	}
	c.UID, c.GID = number(u.Uid), number(u.Gid)
	return c, nil
}

// number parses an ID, which package user has checked.
func number(s string) uint32 {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return ^uint32(0)
	}
	return uint32(n)
}
