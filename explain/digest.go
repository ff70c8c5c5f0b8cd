package explain

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"plait/event"
	"plait/output/text"
)

// A DigestOptions says what a digest needs beside the events.
type DigestOptions struct {
	Look    text.Options
	NoTimes bool // leave out which calls took long
	// Inspect looks at a file that a call of a stopped process could not use: path, from
	// the folder that is the descriptor dir. It returns the file's whole name, and what
	// stands in the way: "/root is drwx------, of user root and group root", "" if nothing
	// does that it knows of. It is nil if the trace is not live.
	Inspect func(pid, dir int, path string, about Question) (name, why string)
}

// A Question is what is asked about a file that could not be used.
type Question uint8

// The questions.
const (
	WhyMissing Question = iota // why is it not found?
	WhyDenied                  // why may the process not use it?
	WhyEntry                   // why may the process not make, remove or rename it in its folder?
)

// A Digest is an event.Sink that passes events on and says at the end, as notices, which
// of the calls may have caused trouble: those that failed, and those that took long.
type Digest struct {
	to      event.Sink
	o       DigestOptions
	missing grouped // base names of files that were not found, and where
	found   map[string]bool
	denied  grouped // files, and which calls
	network network
	waits   []wait // the longest first
}

// NewDigest returns a Digest that passes events on to another sink, which it closes.
func NewDigest(to event.Sink, o DigestOptions) *Digest {
	return &Digest{to: to, o: o, found: map[string]bool{}, network: network{look: o.Look}}
}

// Bounds on what a digest remembers and says.
const (
	maxNamed  = 4096 // names of each kind
	maxPlaces = 64   // places of one name
	maxSaid   = 8    // lines of each kind
	maxListed = 6    // places in a line
)

// A grouped counts what belongs to some names. The latest name is the last.
type grouped struct {
	order []string
	all   map[string]*group
}

type group struct {
	times  int
	places []string
	more   int    // places that are not in the list
	why    string // what stood in the way at the last of them
}

// add counts a place of a name.
func (g *grouped) add(name, place, why string) {
	if g.all == nil {
		g.all = map[string]*group{}
	}
	one := g.all[name]
	if one == nil {
		if len(g.all) >= maxNamed {
			return
		}
		one = &group{}
		g.all[name] = one
		g.order = append(g.order, name)
	}
	one.times++
	one.why = why
	switch {
	case slices.Contains(one.places, place):
	case len(one.places) < maxPlaces:
		one.places = append(one.places, place)
	default:
		one.more++
	}
}

// list lists the places of a group.
func (g *group) list() string {
	n := min(len(g.places), maxListed)
	text := strings.Join(g.places[:n], ", ")
	if rest := len(g.places) - n + g.more; rest > 0 {
		text += " and " + strconv.Itoa(rest) + " more"
	}
	return text
}

// A wait is a call that took long.
type wait struct {
	took time.Duration
	what string
}

// Calls that take longer are worth a line. maxWaits bounds how many lines.
const (
	long     = 100 * time.Millisecond
	maxWaits = 5
)

// Emit looks at the ends of system calls. Its error is that of the sink behind.
func (d *Digest) Emit(e event.Event) error {
	if r, ok := e.(*event.Return); ok && r.Call.Kind == event.System {
		d.judge(r)
	}
	return d.to.Emit(e)
}

func (d *Digest) judge(r *event.Return) {
	file, dir := pathOf(r.Call)
	why, failed := settled(r.Result).(event.Errno)
	switch {
	case !failed && r.Outcome == event.Returned && file != "" && len(d.found) < maxNamed:
		d.found[path.Base(file)] = true
	case !failed || file == "":
	case slices.Contains(notThere, why.Name):
		name, reason := d.inspect(r, dir, file, WhyMissing)
		d.missing.add(path.Base(name), path.Dir(name), reason)
	case why.Name == "EACCES" || why.Name == "EPERM":
		about := WhyDenied
		if slices.Contains(ofEntries, strings.TrimSuffix(r.Call.Name, "at")) {
			about = WhyEntry
		}
		name, reason := d.inspect(r, dir, file, about)
		d.denied.add(name, r.Call.Name, reason)
	}
	d.network.judge(r)
	if r.Elapsed >= long && !d.o.NoTimes {
		d.waited(r)
	}
}

// notThere are the errors of calls that did not find a file.
var notThere = []string{"ENOENT", "ENOTDIR", "ELOOP"}

// inspect returns the name of a file that a call could not use, as whole as it is known, and
// what stood in the way.
func (d *Digest) inspect(r *event.Return, dir event.FD, file string, about Question) (name, why string) {
	if d.o.Inspect != nil {
		at := dir.Num
		if dir.Cwd {
			at = workingDir
		}
		return d.o.Inspect(r.PID, at, file, about)
	}
	if !path.IsAbs(file) && !dir.Cwd && path.IsAbs(dir.Path) {
		file = path.Join(dir.Path, file)
	}
	return file, ""
}

// workingDir is AT_FDCWD (linux/fcntl.h).
const workingDir = -100

// ofEntries are calls that are about the entries of a folder: its permissions count, not
// those of the file.
var ofEntries = []string{"unlink", "rmdir", "mkdir", "mknod", "symlink", "link", "rename", "renameat2"}

// pathOf returns the file name that a call is about, "" if it is about none, and the folder
// that it counts from.
func pathOf(c *event.Call) (string, event.FD) {
	dir := event.FD{Num: workingDir, Cwd: true}
	for i := range c.Args {
		s, ok := c.Args[i].Value.(event.Str)
		if !ok || !s.Path || s.Cut {
			continue
		}
		if i > 0 {
			if fd, isFD := c.Args[i-1].Value.(event.FD); isFD {
				dir = fd
			}
		}
		return s.Text, dir
	}
	return "", dir
}

// waited keeps the calls that took longest.
func (d *Digest) waited(r *event.Return) {
	what := r.Call.Name
	if r.Explanation.Text != "" {
		what += ": " + r.Explanation.Text
	}
	d.waits = append(d.waits, wait{r.Elapsed, what})
	slices.SortStableFunc(d.waits, func(a, b wait) int { return cmp.Compare(b.took, a.took) })
	d.waits = d.waits[:min(len(d.waits), maxWaits)]
}

// Close says what was found, and closes the sink behind.
func (d *Digest) Close() error {
	d.sayMissing()
	d.say("no permission", &d.denied, func(name string, g *group) string {
		return because(name, " ("+g.list()+")", g.why)
	})
	d.say("no connection", d.network.unconnected(), func(name string, g *group) string { return name + times(g.times) })
	d.say("no address", &d.network.unbound, func(name string, g *group) string { return name + times(g.times) })
	for _, w := range d.waits {
		d.notice("waited", fmt.Sprintf("%.2f s in %s", w.took.Seconds(), w.what))
	}
	return d.to.Close()
}

// because adds to a name what is known of it, and a reason that may be unknown.
func because(name, known, why string) string {
	if why == "" {
		return name + known
	}
	return name + known + ": " + strings.TrimPrefix(why, name+" is ")
}

// sayMissing says which files were never found: one that was found in the end is no
// trouble, and neither is one that most machines lack.
func (d *Digest) sayMissing() {
	left := grouped{all: d.missing.all}
	for _, name := range d.missing.order {
		if g := d.missing.all[name]; !d.found[name] && !isOptional(name, g.places[0]) {
			left.order = append(left.order, name)
		}
	}
	d.say("not found", &left, func(name string, g *group) string {
		if len(g.places)+g.more == 1 {
			return because(path.Join(g.places[0], name), times(g.times), g.why)
		}
		return name + " in " + g.list()
	})
}

// optional are files that libraries look for in each program, and that most machines lack:
// of the loader, locales, character sets, name services and SELinux.
var optional = []string{
	"/etc/ld.so.preload", "/etc/ld.so.nohwcap", "/usr/lib/locale/locale-archive", "/etc/selinux/config", "/sys/fs/selinux", "/selinux",
	"/etc/suid-debug", "/etc/gnutls/config",
}

// isOptional reports whether most machines lack a file of that name. Texts of programs in
// other languages (gettext(3)) are looked for in the folders of locales.
func isOptional(name, place string) bool {
	return slices.Contains(optional, path.Join(place, name)) ||
		strings.HasSuffix(name, ".mo") && strings.Contains(place, "/locale")
}

func times(n int) string {
	if n < 2 {
		return ""
	}
	return ", " + strconv.Itoa(n) + " times"
}

// say says what is in a group, the latest first: what was met last is most likely why the
// program ended.
func (d *Digest) say(kind string, g *grouped, line func(string, *group) string) {
	for i := range min(len(g.order), maxSaid) {
		name := g.order[len(g.order)-1-i]
		d.notice(kind, line(name, g.all[name]))
	}
	if rest := len(g.order) - maxSaid; rest > 0 {
		d.notice(kind, strconv.Itoa(rest)+plural(uint64(rest), " other", " others")+" before")
	}
}

// notice passes on a line of the digest.
func (d *Digest) notice(kind, what string) {
	_ = d.to.Emit(&event.Notice{Text: kind + ": " + what}) // an error comes back at Close
}
