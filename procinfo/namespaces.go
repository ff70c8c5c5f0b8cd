package procinfo

import (
	"strings"

	"plait/event"
)

// namespaces are the kinds of namespaces, by their names in /proc/PID/ns, and the
// flags of clone(2) that make new ones (linux/sched.h).
var namespaces = []struct {
	name string
	flag uint64
	own  string // where a process that unshares has the new one, if not under name
}{
	{"cgroup", 0x02000000, ""}, {"ipc", 0x08000000, ""}, {"mnt", 0x00020000, ""}, {"net", 0x40000000, ""},
	{"pid", 0x20000000, "pid_for_children"}, {"time", 0x00000080, "time_for_children"}, {"user", 0x10000000, ""}, {"uts", 0x04000000, ""},
}

// NewNamespaces adds to the result of a thread's call, as it is shown, which namespaces
// the call has made: "net:[4026537408], user:[4026537407]". word reads a word of the
// thread's memory.
func (n *Namer) NewNamespaces(tid int, c *event.Call, result int64, shown event.Value, word func(addr uint64) uint64) event.Value {
	flags, member := uint64(0), tid
	if len(c.Words) == 0 {
		return shown
	}
	switch c.Name {
	case "unshare":
		flags = c.Words[0]
	case "clone":
		flags = c.Words[0] &^ 0xff // CSIGNAL, where CLONE_NEWTIME cannot be
	case "clone3":
		flags = word(c.Words[0]) // struct clone_args begins with it
	default:
		return shown
	}
	if c.Name != "unshare" {
		member = n.Proc.Outside(tid, int(result))
	}
	var made []string
	for _, ns := range namespaces {
		name := ns.name
		if ns.own != "" && c.Name == "unshare" {
			name = ns.own
		}
		if flags&ns.flag == 0 || member == 0 {
			continue
		}
		if known := n.Proc.Namespace(member, name); known != "" { // one of processes has none yet
			made = append(made, known)
		}
	}
	if len(made) == 0 {
		return shown
	}
	return event.Note{Value: shown, Brief: strings.Join(made, ", ")}
}
