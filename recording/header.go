package recording

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// A Header says what was recorded, and how.
type Header struct {
	Version string   // of plait
	Argv    []string // of plait
	Start   time.Time
	Host    string   // name of the machine
	Kernel  string   // its system, release and version (uname(2))
	Machine string   // its processor (uname(2))
	Clock   string   // where times come from
	Command []string // nil: none was run
	PIDs    []int    // attached to
	Options Options
	Part    int // of a recording in several files: which one, from 1; else 0
}

// Options are those that bound what a recording holds.
type Options struct {
	Filters     []string // which library calls, as options of the command line: "-e", "malloc"
	Syscalls    bool     // system calls too
	Calls       []string // which system calls; none: all
	Signals     []string // which signals; none: all
	Follow      bool     // new processes and threads too
	Strings     int      // bytes of a text
	Items       int      // elements of an array; 0: as usual, -1: none
	Verbose     bool     // whole structs and lists
	Descriptors int      // what descriptors stand for: 1 paths, 2 everything
	Names       bool     // names of processes
	Frames      int      // of the stack
	Callers     bool     // the first of them, of library calls
	Regions     bool     // what lies where in memory
	Redacted    []string // what was taken out: "strings", "paths", "env"

	// What a replay shows unless it is asked for less: what plait was asked to show
	// when it recorded.
	ShownStrings, ShownItems, ShownDescriptors, ShownFrames int
}

func (c *codec) headerFields(h *Header) {
	c.text(1, &h.Version)
	c.texts(2, &h.Argv)
	c.time(3, &h.Start)
	c.text(4, &h.Host)
	c.text(5, &h.Kernel)
	c.text(6, &h.Machine)
	c.text(7, &h.Clock)
	c.texts(8, &h.Command)
	c.ints(9, &h.PIDs)
	c.message(10, true, func() { c.optionFields(&h.Options) })
	c.int(11, &h.Part)
}

func (c *codec) optionFields(o *Options) {
	c.texts(1, &o.Filters)
	c.bool(2, &o.Syscalls)
	c.texts(3, &o.Calls)
	c.texts(4, &o.Signals)
	c.bool(5, &o.Follow)
	c.int(6, &o.Strings)
	c.int(7, &o.Items)
	c.bool(8, &o.Verbose)
	c.int(9, &o.Descriptors)
	c.bool(10, &o.Names)
	c.int(11, &o.Frames)
	c.texts(12, &o.Redacted)
	c.int(13, &o.ShownStrings)
	c.int(14, &o.ShownItems)
	c.int(15, &o.ShownDescriptors)
	c.int(16, &o.ShownFrames)
	c.bool(17, &o.Callers)
	c.bool(18, &o.Regions)
}

// time is a field of type sint64: nanoseconds since 1970.
func (c *codec) time(num protowire.Number, p *time.Time) {
	n := nanoseconds(*p)
	c.sint(num, &n)
	*p = timeOf(n)
}

// ints is a repeated field of type sint64.
func (c *codec) ints(num protowire.Number, p *[]int) {
	if c.encoding {
		for _, n := range *p {
			c.put(num, protowire.EncodeZigZag(int64(n)))
		}
	} else if c.isNumber(num) {
		*p = append(*p, int(protowire.DecodeZigZag(c.n)))
	}
}
