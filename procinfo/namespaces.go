package procinfo

import (
	"strings"

	"plait/event"
)

// namespaces are the kinds of namespaces: their names in /proc/PID/ns, and the flags of
// clone(2) that create them (linux/sched.h).
var namespaces = []struct {
	name     string
	flag     uint64
	unshared string // name of the new namespace after unshare(2), if it is for children only; else ""
}{
	{"cgroup", 0x02000000, ""}, {"ipc", 0x08000000, ""}, {"mnt", 0x00020000, ""}, {"net", 0x40000000, ""},
	{"pid", 0x20000000, "pid_for_children"}, {"time", 0x00000080, "time_for_children"}, {"user", 0x10000000, ""}, {"uts", 0x04000000, ""},
}

// NewNamespaces returns the result of a call of thread tid with the namespaces that the
// call has created: "net:[4026537408], user:[4026537407]". shown is the result without
// them, and is returned if there are none. word reads a word of the thread's memory.
func (n *Namer) NewNamespaces(tid int, c *event.Call, result int64, shown event.Value, word func(addr uint64) uint64) event.Value {
	flags, member := uint64(0), tid
	if len(c.Words) == 0 {
		return shown
	}
	switch c.Name {
	case "unshare":
		flags = c.Words[0]
	case "clone":
		flags = c.Words[0] &^ 0xff // the low byte is the exit signal (CSIGNAL), not CLONE_NEWTIME
	case "clone3":
		flags = word(c.Words[0]) // the first field of struct clone_args
	default:
		return shown
	}
	if c.Name != "unshare" {
		member = n.Proc.TranslatePID(tid, int(result))
	}
	var created []string
	for _, ns := range namespaces {
		name := ns.name
		if ns.unshared != "" && c.Name == "unshare" {
			name = ns.unshared
		}
		if flags&ns.flag == 0 || member == 0 {
			continue
		}
		if known := n.Proc.Namespace(member, name); known != "" { // one for children does not exist before the first child
			created = append(created, known)
		}
	}
	if len(created) == 0 {
		return shown
	}
	return event.Note{Value: shown, Brief: strings.Join(created, ", ")}
}
