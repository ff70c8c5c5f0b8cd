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

	"plait/explain"
	"plait/internal/cli"
	"plait/ptrace"
)

// A person is a user as permissions know them.
type person struct {
	uid    string // "" if it does not matter
	groups []string
}

// personOf returns whose rights a process has where files are concerned (proc_pid_status(5),
// the fourth number is that of the file system).
func personOf(pid int) person {
	status, err := ptrace.New().Status(pid)
	uids, gids := strings.Fields(status["Uid"]), strings.Fields(status["Gid"])
	if err != nil || len(uids) < 4 || len(gids) < 4 {
		return person{uid: strconv.Itoa(os.Geteuid())}
	}
	return person{uids[3], append(strings.Fields(status["Groups"]), gids[3])}
}

// inspector returns a function that looks at files that calls could not use, as
// explain.DigestOptions has it.
func inspector() func(pid, dir int, path string, about explain.Question) (name, why string) {
	here, _ := os.Getwd() // "" if not known
	return func(pid, dir int, path string, about explain.Question) (name, why string) {
		proc := "/proc/" + strconv.Itoa(pid)
		w := walk{root: proc + "/root", about: about}
		if _, err := os.Stat(w.root + "/"); err != nil {
			w.root = ""
		}
		if about != explain.WhyMissing {
			w.person = personOf(pid)
		}
		base := baseOf(proc, dir)
		switch {
		case filepath.IsAbs(path):
			return path, w.to("/", path)
		case base == "":
			return path, ""
		case base == here: // users know where they are
			return path, w.to(base, path)
		}
		return filepath.Join(base, path), w.to(base, path)
	}
}

// baseOf returns the folder that is a descriptor of a process, or its working directory; "" if
// that is not known.
func baseOf(proc string, dir int) string {
	link := proc + "/cwd"
	if dir >= 0 {
		link = proc + "/fd/" + strconv.Itoa(dir)
	}
	if base, err := os.Readlink(link); err == nil && filepath.IsAbs(base) {
		return base
	}
	return ""
}

// A walk goes along a path as the kernel does (path_resolution(7)).
type walk struct {
	person
	root  string // of the process, as plait sees it
	about explain.Question
	links int // how many it has followed
}

// maxLinks is how many symbolic links the kernel follows.
const maxLinks = 40

// to goes from a folder along a path. It says what stands in the way, or else whose the file
// is and what its permissions are.
func (w *walk) to(at, path string) string {
	if filepath.IsAbs(path) {
		at = "/"
	}
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	for i, part := range parts {
		info, err := os.Lstat(w.root + at)
		switch {
		case err != nil:
			return ""
		case !info.IsDir():
			return cli.Printable(at) + " is no folder"
		case !w.mayEnter(info), w.about == explain.WhyEntry && i == len(parts)-1:
			return w.describe(at, info)
		}
		next := filepath.Join(at, part)
		if info, err = os.Lstat(w.root + next); err != nil {
			return w.absent(at, next, err, i == len(parts)-1)
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		return w.follow(at, next, filepath.Join(parts[i+1:]...))
	}
	return w.describe(at, nil)
}

// describe says whose a file is and what its permissions are, if it was found but not to be
// used. Where info is nil, it looks.
func (w *walk) describe(path string, info fs.FileInfo) string {
	if info == nil {
		info, _ = os.Lstat(w.root + path)
	}
	if info == nil || w.about == explain.WhyMissing {
		return ""
	}
	return describeFile(path, info)
}

// absent says what is known where nothing could be found: of a folder on the way that it is
// not there, of the folder in which a file would be its permissions.
func (w *walk) absent(at, next string, err error, last bool) string {
	if !last && os.IsNotExist(err) {
		return cli.Printable(next) + " is not there"
	}
	return w.describe(at, nil)
}

// follow goes on where a symbolic link leads to.
func (w *walk) follow(at, link, rest string) string {
	target, err := os.Readlink(w.root + link)
	if w.links++; err != nil || w.links > maxLinks {
		return cli.Printable(link) + " is a link that leads nowhere"
	}
	if _, err := os.Lstat(w.root + w.join(at, target)); os.IsNotExist(err) {
		return cli.Printable(link) + " is a link to " + cli.Printable(target) + ", which is not there"
	}
	return w.to(at, filepath.Join(target, rest))
}

func (w *walk) join(at, target string) string {
	if filepath.IsAbs(target) {
		return target
	}
	return filepath.Join(at, target)
}

// mayEnter reports whether the person may search a folder (path_resolution(7)).
func (p person) mayEnter(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || p.uid == "0" || p.uid == "" {
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
