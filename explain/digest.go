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
	Look text.Options
	// Inspect says what is known now about who may use a file, "" if nothing. It is nil if
	// the trace is not live: then files may have changed since.
	Inspect func(path string) string
}

// A Digest is an event.Sink that passes events on and says at the end, as notices, which
// of the calls may have caused trouble: those that failed, and those that took long.
type Digest struct {
	to      event.Sink
	o       DigestOptions
	missing grouped // base names of files that were not found, and where
	found   map[string]bool
	denied  grouped // files, and which calls
	refused grouped // addresses, and which calls
	waits   []wait  // the longest first
}

// NewDigest returns a Digest that passes events on to another sink, which it closes.
func NewDigest(to event.Sink, o DigestOptions) *Digest {
	return &Digest{to: to, o: o, found: map[string]bool{}}
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
	more   int // places that are not in the list
}

// add counts a place of a name.
func (g *grouped) add(name, place string) {
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
	file := pathOf(r.Call)
	why, failed := settled(r.Result).(event.Errno)
	switch {
	case !failed && r.Outcome == event.Returned && file != "" && len(d.found) < maxNamed:
		d.found[path.Base(file)] = true
	case !failed:
	case file != "" && (why.Name == "ENOENT" || why.Name == "ENOTDIR"):
		d.missing.add(path.Base(file), path.Dir(file))
	case file != "" && (why.Name == "EACCES" || why.Name == "EPERM"):
		d.denied.add(file, r.Call.Name)
	case r.Call.Name == "connect" && why.Name == "ECONNREFUSED" && len(r.Call.Args) > 1:
		d.refused.add(text.Value(r.Call.Args[1].Value, r.Call, d.o.Look), r.Call.Name)
	}
	if r.Elapsed >= long {
		d.waited(r)
	}
}

// pathOf returns the file name that a call is about, "" if it is about none.
func pathOf(c *event.Call) string {
	for i := range c.Args {
		if s, ok := c.Args[i].Value.(event.Str); ok && s.Path && !s.Cut {
			return s.Text
		}
	}
	return ""
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
		text := name + " (" + g.list() + ")"
		if d.o.Inspect != nil && strings.HasPrefix(name, "/") {
			if now := d.o.Inspect(name); now != "" {
				text += "; now " + now
			}
		}
		return text
	})
	d.say("refused", &d.refused, func(name string, g *group) string {
		return "connection to " + name + times(g.times)
	})
	for _, w := range d.waits {
		d.notice("waited", fmt.Sprintf("%.2f s in %s", w.took.Seconds(), w.what))
	}
	return d.to.Close()
}

// sayMissing says which files were never found: one that was found in the end is no
// trouble.
func (d *Digest) sayMissing() {
	var left grouped
	for _, name := range d.missing.order {
		if !d.found[name] && name != "ld.so.preload" { // most machines have none
			left.order = append(left.order, name)
		}
	}
	left.all = d.missing.all
	d.say("not found", &left, func(name string, g *group) string {
		if len(g.places)+g.more == 1 {
			return path.Join(g.places[0], name) + times(g.times)
		}
		return name + " in " + g.list()
	})
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
		d.notice(kind, strconv.Itoa(rest)+" others before")
	}
}

// notice passes on a line of the digest.
func (d *Digest) notice(kind, what string) {
	_ = d.to.Emit(&event.Notice{Text: kind + ": " + what}) // an error comes back at Close
}
