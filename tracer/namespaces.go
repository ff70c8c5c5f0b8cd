package tracer

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

// newNamespaces adds to a result which namespaces the call has made:
// "net:[4026537408], user:[4026537407]".
func (t *Tracer) newNamespaces(tr *tracee, c *event.Call, result int64, shown event.Value) event.Value {
	flags, member := uint64(0), tr.tid
	if len(c.Words) == 0 {
		return shown
	}
	switch c.Name {
	case "unshare":
		flags = c.Words[0]
	case "clone":
		flags = c.Words[0] &^ 0xff // CSIGNAL, where CLONE_NEWTIME cannot be
	case "clone3":
		flags, _ = t.readWord(tr, c.Words[0]) // struct clone_args begins with it
	default:
		return shown
	}
	if c.Name != "unshare" {
		member = t.Kernel.Outside(tr.tid, int(result))
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
		if known := t.Kernel.Namespace(member, name); known != "" { // one of processes has none yet
			made = append(made, known)
		}
	}
	if len(made) == 0 {
		return shown
	}
	return event.Note{Value: shown, Brief: strings.Join(made, ", ")}
}
