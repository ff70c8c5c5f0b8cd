package explain

import (
	"maps"
	"slices"
	"strings"

	"plait/event"
)

// A process is what is known of one process.
type process struct {
	end   uint64 // of the heap (brk(2)); 0: not known
	files map[int]file

	told     map[string]bool       // functions of which was said that they compute
	attached bool                  // it had run before it was traced
	preset   bool                  // stdbuf(1) has chosen how its streams are buffered, in a library of its own
	streams  map[streamKey]*stream // of stdio
}

// A file is what a descriptor stands for.
type file struct {
	name string // "" if not known
	kind string // "a pipe"; "" if not known
}

func (s *Sink) process(pid int) *process {
	p := s.processes[pid]
	if p == nil {
		p = &process{files: map[int]file{}, told: map[string]bool{}, streams: map[streamKey]*stream{}}
		s.processes[pid] = p
	}
	return p
}

// follow lets what is known go with processes.
func (s *Sink) follow(e event.Event) {
	switch e := e.(type) {
	case *event.Spawn:
		s.spawned(e)
	case *event.Exec:
		if p := s.processes[e.PID]; p != nil {
			p.end, p.streams, p.told, p.attached, p.preset = 0, map[streamKey]*stream{}, map[string]bool{}, false, false
		}
	case *event.Exit:
		if e.Process {
			delete(s.processes, e.PID)
		}
	}
}

// spawned lets a new process have what its parent has. In a child of vfork(2) stdio's
// buffers are those of the parent.
func (s *Sink) spawned(e *event.Spawn) {
	p := s.processes[e.PID]
	switch {
	case e.Kind == event.Attached:
		s.process(e.ChildPID).attached = true
	case e.Kind != event.Forked || p == nil:
	default:
		child := *p
		child.files = maps.Clone(p.files)
		if t := s.calls.Thread(e.TID); t.Len() == 0 || t.At(t.Len()-1).name != "vfork" {
			child.streams = p.cloneStreams()
		}
		s.processes[e.ChildPID] = &child
	}
}

// moved returns by how many bytes a brk(2) that has returned moved the end of the heap.
func (p *process) moved(e *event.Return) (uint64, bool) {
	now, ok := numberOf(e.Result)
	return now - p.end, ok && p.end != 0 && isSystem(e.Call, "brk")
}

func isSystem(c *event.Call, names ...string) bool {
	return c.Kind == event.System && slices.Contains(names, c.Name)
}

// update remembers what a system call has changed.
func (p *process) update(e *event.Return) {
	switch {
	case e.Call.Kind != event.System || e.Outcome != event.Returned:
		return
	case e.Call.Name == "ioctl":
		p.inquired(e)
		return
	case e.Call.Failed:
		return
	}
	switch e.Call.Name {
	case "brk":
		p.end, _ = numberOf(e.Result)
	case "close":
		delete(p.files, descriptorIn(e, 0))
	case "recvmsg", "recvmmsg", "close_range":
		clear(p.files) // descriptors may have come or gone
	case "pipe", "pipe2", "socketpair":
		p.pair(e)
	case "fstat", "newfstatat", "fstatat64", "fstat64", "statx":
		p.looked(e)
	default:
		p.opened(e)
	}
}

// descriptorIn returns the descriptor that argument i is; -1 if it is none.
func descriptorIn(e *event.Return, i int) int {
	if i >= len(e.Call.Args) {
		return -1
	}
	if fd, ok := e.Call.Args[i].Value.(event.FD); ok {
		return fd.Num
	}
	return -1
}

// maxFiles bounds how many descriptors of a process are known.
const maxFiles = 4096

func (p *process) set(fd int, f file) {
	if fd < 0 || len(p.files) >= maxFiles && p.files[fd] == (file{}) {
		return
	}
	p.files[fd] = f
}

// opened notes a descriptor that a call has returned.
func (p *process) opened(e *event.Return) {
	fd, ok := settled(e.Result).(event.FD)
	if !ok {
		return
	}
	switch e.Call.Name {
	case "dup", "dup2", "dup3", "fcntl", "fcntl64":
		p.set(fd.Num, p.files[descriptorIn(e, 0)])
		return
	case "socket", "accept", "accept4":
		p.set(fd.Num, file{kind: "a socket"})
		return
	}
	f := openedFile(e.Call)
	p.preset = p.preset || strings.HasSuffix(f.name, "/libstdbuf.so")
	p.set(fd.Num, f)
}

// openedFile returns the file that a call has opened, by its path. One of O_TMPFILE has no
// name: the path is that of its folder.
func openedFile(c *event.Call) (f file) {
	for _, a := range c.Args {
		switch v := a.Value.(type) {
		case event.Str:
			if v.Path && f.name == "" {
				f.name = v.Text
			}
		case event.Flags:
			if slices.Contains(v.Names, "O_TMPFILE") {
				return file{kind: kinds["S_IFREG"]}
			}
		}
	}
	return f
}

// pair notes the two descriptors of a pipe or of a pair of sockets.
func (p *process) pair(e *event.Return) {
	kind := "a pipe"
	if e.Call.Name == "socketpair" {
		kind = "a socket"
	}
	for _, a := range e.Call.Args {
		list, _ := settled(a.Value).(event.List)
		for _, v := range list.Items {
			if fd, ok := v.(event.FD); ok {
				p.set(fd.Num, file{kind: kind})
			}
		}
	}
}

// kinds of files, by the names of their bits in st_mode (inode(7)).
var kinds = map[string]string{
	"S_IFIFO": "a pipe", "S_IFSOCK": "a socket", "S_IFREG": "a file", "S_IFDIR": "a directory",
	"S_IFCHR": device, "S_IFBLK": "a block device",
}

const (
	device   = "a character device"
	terminal = "a terminal"
	noTTY    = "a device, but no terminal"
)

// looked notes of which kind a descriptor is, if that is what the program asked for.
func (p *process) looked(e *event.Return) {
	fd := descriptorIn(e, 0)
	if fd < 0 || len(e.Call.Args) < 2 {
		return
	}
	if path, ok := e.Call.Args[1].Value.(event.Str); ok && path.Text != "" {
		return
	}
	for _, a := range e.Call.Args {
		for _, member := range []string{"st_mode", "stx_mode"} {
			v, _ := memberOf(settled(a.Value), member)
			mode, _ := v.(event.Flags)
			for _, name := range mode.Names {
				if kinds[name] != "" && (kinds[name] != device || p.files[fd].kind == "") {
					p.set(fd, file{p.files[fd].name, kinds[name]})
				}
			}
		}
	}
}

// inquired notes whether a descriptor is a terminal: others know no TCGETS.
func (p *process) inquired(e *event.Return) {
	fd := descriptorIn(e, 0)
	if len(e.Call.Args) < 2 || fd < 0 {
		return
	}
	op, ok := word(e.Call.Args[1].Value)
	switch f := p.files[fd]; {
	case !ok || !strings.HasPrefix(op, "TCGETS"):
	case !e.Call.Failed:
		p.set(fd, file{f.name, terminal})
	case f.kind == device:
		p.set(fd, file{f.name, noTTY})
	}
}

// describe says what a descriptor stands for, "" if that is not known.
func (p *process) describe(fd int) string {
	f := p.files[fd]
	var words []string
	if fd <= 2 && f.name == "" {
		words = append(words, [...]string{"stdin", "stdout", "stderr"}[fd])
	}
	if f.name != "" {
		words = append(words, f.name)
	} else if f.kind != "" {
		words = append(words, f.kind)
	}
	return strings.Join(words, ", ")
}
