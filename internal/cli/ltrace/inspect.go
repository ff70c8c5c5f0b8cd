package ltrace

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"plait/internal/cli"
)

// A person is a user as permissions know them.
type person struct {
	uid    string
	groups []string
}

// personOf returns the user of that name, or plait's own if it is "".
func personOf(name string) person {
	u, err := user.Lookup(name)
	if name == "" || err != nil {
		u, err = user.LookupId(strconv.Itoa(os.Geteuid()))
	}
	if err != nil {
		return person{uid: strconv.Itoa(os.Geteuid())}
	}
	groups, _ := u.GroupIds()
	return person{u.Uid, groups}
}

// inspect says of the first part of a path that the person may not use, or else of the
// file, whose it is and what its permissions are. If there is no such file, it says so of
// the last folder on the way.
func (p person) inspect(path string) string {
	parts := strings.Split(strings.Trim(filepath.Clean(path), "/"), "/")
	at, said := "/", ""
	for i := range len(parts) + 1 {
		info, err := os.Stat(at)
		if err != nil {
			return said
		}
		said = describeFile(at, info)
		if i == len(parts) || info.IsDir() && !p.mayEnter(info) {
			return said
		}
		at = filepath.Join(at, parts[i])
	}
	return said
}

// mayEnter reports whether the person may search a folder (path_resolution(7)).
func (p person) mayEnter(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || p.uid == "0" {
		return true
	}
	switch mode := info.Mode().Perm(); {
	case strconv.Itoa(int(st.Uid)) == p.uid:
		return mode&0o100 != 0
	case slices.Contains(p.groups, strconv.Itoa(int(st.Gid))):
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}

// describeFile says whose a file is and what its permissions are.
func describeFile(path string, info fs.FileInfo) string {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	owner, group := strconv.Itoa(int(st.Uid)), strconv.Itoa(int(st.Gid))
	if u, err := user.LookupId(owner); err == nil {
		owner = u.Username
	}
	if g, err := user.LookupGroupId(group); err == nil {
		group = g.Name
	}
	return fmt.Sprintf("%s is %s, of user %s and group %s", cli.Printable(path), info.Mode(), owner, group)
}
