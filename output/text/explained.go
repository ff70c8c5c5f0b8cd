package text

import (
	"strconv"

	"plait/event"
)

// A told is the explanation that was written last, and how many calls after it had the
// same. These are counted, not explained again.
type told struct {
	head         event.Head // of its end
	object, name string     // of the function
	why          event.Explanation
	times        int
}

// explanation writes what a call did, in a line of its own that is indented like the
// call's.
func (p *Printer) explanation(e *event.Return) {
	if e.Explanation.Text == "" {
		return
	}
	if p.told.head.TID == e.TID && p.told.why == e.Explanation {
		p.told.times++
		return
	}
	if p.told.times > 0 {
		p.explain(&e.Head, "the "+plural(p.told.times, "call")+" before this one: same as above")
	}
	text := e.Explanation.Text
	if e.Explanation.Manual != "" {
		text += " [" + e.Explanation.Manual + "]"
	}
	p.explain(&e.Head, text)
	p.told = told{head: e.Head, object: e.Call.Object, name: e.Call.Name, why: e.Explanation}
}

func plural(n int, what string) string {
	if n == 1 {
		return what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// explain writes a line below that of a call, with the number of its thread. It has no
// time and no address, but their room.
func (p *Printer) explain(h *event.Head, text string) {
	p.line.tint(dimTint)
	p.thread(h)
	p.line.spaces(p.margin)
	p.indent(h.Depth)
	p.line.str(" # ")
	p.line.safe(text)
	p.line.plain()
	p.line.end()
}

// endRepeats says how many calls had the same explanation, before a line that is not of
// such a call.
func (p *Printer) endRepeats() {
	times := " x" + strconv.Itoa(p.told.times)
	switch {
	case p.told.times == 1:
		times = ""
	case p.o.UTF8:
		times = " ×" + strconv.Itoa(p.told.times)
	}
	if p.told.times > 0 {
		p.explain(&p.told.head, "same as above"+times)
	}
	p.told = told{}
}

// another begins a line of a call, which may be explained as those before.
func (p *Printer) another(h *event.Head, c *event.Call) {
	if p.told.head.TID != h.TID || p.told.name != c.Name || p.told.object != c.Object {
		p.endRepeats()
	}
}
