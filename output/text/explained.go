package text

import (
	"strconv"

	"plait/event"
)

// A told is the explanation that was written last, and how many calls after it had the
// same. These are counted, not explained again.
type told struct {
	tid          int
	object, name string // of the function
	why          event.Explanation
	times        int
}

// explanation writes what a call did, in a line of its own that is indented like the
// call's.
func (p *Printer) explanation(e *event.Return) {
	if e.Explanation.Text == "" {
		return
	}
	if p.told.tid == e.TID && p.told.why == e.Explanation {
		p.told.times++
		return
	}
	if p.told.times > 0 {
		p.explain(e.Depth, "the "+plural(p.told.times, "call")+" before this one: same as above")
	}
	text := e.Explanation.Text
	if e.Explanation.Manual != "" {
		text += " [" + e.Explanation.Manual + "]"
	}
	p.explain(e.Depth, text)
	p.told = told{tid: e.TID, object: e.Call.Object, name: e.Call.Name, why: e.Explanation}
}

func plural(n int, what string) string {
	if n == 1 {
		return what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// explain writes a line below that of a call.
func (p *Printer) explain(depth int, text string) {
	p.indent(depth)
	p.line.tint(dimTint)
	p.line.str(" # ")
	p.line.safe(text)
	p.line.plain()
	p.line.end()
}

// endRepeats says how many calls had the same explanation, before a line that is not of
// such a call.
func (p *Printer) endRepeats(depth int) {
	switch {
	case p.told.times == 0:
	case p.o.UTF8:
		p.explain(depth, "same as above ×"+strconv.Itoa(p.told.times))
	default:
		p.explain(depth, "same as above x"+strconv.Itoa(p.told.times))
	}
	p.told = told{}
}

// another begins a line of a call, which may be explained as those before.
func (p *Printer) another(h *event.Head, c *event.Call) {
	if p.told.tid != h.TID || p.told.name != c.Name || p.told.object != c.Object {
		p.endRepeats(h.Depth)
	}
}
