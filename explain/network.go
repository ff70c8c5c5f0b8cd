package explain

import (
	"slices"
	"strings"

	"plait/event"
	"plait/output/text"
)

// A network is what a digest knows of connections.
type network struct {
	look      text.Options
	failed    grouped                    // addresses, with the error
	connected map[string]bool            // addresses to which there was a connection
	pending   map[descriptor]event.Value // addresses of connections that have begun
	unbound   grouped                    // addresses that a socket could not have, with the error
}

// A descriptor is one of a process.
type descriptor struct{ pid, fd int }

// noConnection are the errors of a connection that does not come about.
var noConnection = []string{"ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOENT", "EACCES", "EPERM"}

// judge looks at the end of a system call.
func (n *network) judge(r *event.Return) {
	c, key := r.Call, descriptor{r.PID, descriptorIn(r, 0)}
	why, failed := settled(r.Result).(event.Errno)
	switch {
	case len(c.Args) < 2:
	case c.Name == "connect" && why.Name == "EINPROGRESS":
		n.begun(key, c.Args[1].Value)
	case c.Name == "connect":
		n.ended(c.Args[1].Value, why, failed)
	case c.Name == "getsockopt" && len(c.Args) > 3 && !failed:
		if option, _ := word(c.Args[2].Value); option == "SO_ERROR" && n.pending[key] != nil {
			name, isError := socketError(c.Args[3].Value)
			n.ended(n.pending[key], event.Errno{Name: name}, isError)
			delete(n.pending, key)
		}
	case c.Name == "bind" && (why.Name == "EADDRINUSE" || why.Name == "EACCES"):
		n.unbound.add(because(address(n.look, c.Args[1].Value), "", why.Text), c.Name, "")
	}
}

// socketError returns the name of the error that SO_ERROR has told (socket(7)), and whether
// there was one.
func socketError(v event.Value) (string, bool) {
	v = settled(v)
	if l, ok := v.(event.List); ok && len(l.Items) == 1 {
		v = l.Items[0]
	}
	name, ok := word(v)
	return name, ok && strings.HasPrefix(name, "E")
}

// begun notes that a connection without waiting has begun.
func (n *network) begun(key descriptor, where event.Value) {
	if n.pending == nil {
		n.pending = map[descriptor]event.Value{}
	}
	if len(n.pending) < maxNamed {
		n.pending[key] = where
	}
}

// ended notes how the attempt to connect to an address has ended.
func (n *network) ended(to event.Value, why event.Errno, failed bool) {
	where := address(n.look, to)
	switch {
	case !failed && len(n.connected) < maxNamed:
		if n.connected == nil {
			n.connected = map[string]bool{}
		}
		n.connected[where] = true
	case failed && slices.Contains(noConnection, why.Name):
		n.failed.add(where, why.Name, "")
	}
}

// cacheOfNames is where libc asks for a server that most machines lack (nscd(8)).
const cacheOfNames = `"/var/run/nscd/socket"`

// unconnected returns the addresses to which there was never a connection, with the errors.
func (n *network) unconnected() *grouped {
	left := &grouped{all: map[string]*group{}}
	for _, where := range n.failed.order {
		if !n.connected[where] && where != cacheOfNames {
			g := n.failed.all[where]
			what := where + " (" + g.list() + ")"
			left.order, left.all[what] = append(left.order, what), g
		}
	}
	return left
}
