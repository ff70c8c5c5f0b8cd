// Package folded writes the time of calls as folded stacks, one line a stack, for flame
// graphs: "ls;puts;write_[k] 41". The number is microseconds that passed in the last call
// itself, without the calls nested in it.
//
// It owns the form of a line. It does not know which stacks there are: package stacks
// does.
//
// # Adding a mark
//
// What flame graphs colour by stands at the end of a frame's name: see frame.
package folded

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"

	"plait/event"
	"plait/output/stacks"
	"plait/output/text"
)

// A Writer is an event.Sink that writes lines when it is closed.
type Writer struct {
	w    io.Writer
	tree *stacks.Tree
}

// New returns a Writer to w. look says how names look.
func New(w io.Writer, look text.Options) *Writer {
	return &Writer{w, stacks.New(look)}
}

// Emit counts. It returns no error.
func (w *Writer) Emit(e event.Event) error {
	w.tree.Add(e)
	return nil
}

// Close writes a line for each stack that took a microsecond or more.
func (w *Writer) Close() error {
	out := bufio.NewWriter(w.w)
	w.tree.Walk(func(stack []*stacks.Node) {
		n := stack[len(stack)-1]
		self := n.Self.Round(time.Microsecond).Microseconds()
		if self == 0 {
			return
		}
		for i, n := range stack {
			if i > 0 {
				out.WriteByte(';')
			}
			out.WriteString(frame(n))
		}
		out.WriteString(" " + strconv.FormatInt(self, 10) + "\n")
	})
	return out.Flush()
}

// separators end a frame or a line; names that have one get another character there.
var separators = strings.NewReplacer(";", ",", "\n", "?", "\r", "?")

// kernelMark is what flamegraph.pl takes for the mark of a frame in the kernel: it is
// coloured, and not shown.
const kernelMark = "_[k]"

func frame(n *stacks.Node) string {
	name := separators.Replace(n.Name)
	if n.System {
		name += kernelMark
	}
	return name
}
