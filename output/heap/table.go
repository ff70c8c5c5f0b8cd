package heap

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"plait/output/table"
)

var columns = []table.Column{
	{Head: "call", Key: "function", Left: true}, {Head: "made in", Key: "place", Left: true},
	{Head: "calls", Key: "calls"}, {Head: "bytes", Key: "bytes"}, {Head: "freed", Key: "freed"},
	{Head: "live", Key: "live"}, {Head: "blocks", Key: "blocks"}, {Head: "peak", Key: "peak"},
	{Head: "from the kernel", Key: "kernel", Left: true},
}

// report returns the table, and below it the curve.
func (h *Heap) report() []byte {
	t := table.Table{Columns: columns, Summary: h.summary(), Totals: h.totals()}
	sites := slices.Clone(h.order)
	slices.SortStableFunc(sites, func(a, b *site) int {
		return cmp.Or(cmp.Compare(b.live, a.live), cmp.Compare(b.bytes, a.bytes), cmp.Compare(b.calls, a.calls))
	})
	for _, s := range sites {
		if s.calls == 0 { // all of them were made for calls around them
			continue
		}
		t.Rows = append(t.Rows, []table.Cell{
			table.Word(s.name), table.Word(s.place), table.Number(s.calls), table.Number(s.bytes), table.Number(s.freed),
			table.Number(s.live), table.Number(s.blocks), table.Number(s.peak), s.moves,
		})
	}
	out := t.Bytes(h.o.Form, h.o.Look)
	if h.o.Form == "" || h.o.Form == table.Text {
		out = append(out, h.curveText()...)
	}
	return out
}

// Text says what a site has made the kernel do: "brk ×2, 270,336 bytes; gave back ×1, 4,096
// bytes".
func (m moves) Text(look table.Look) string {
	var got []table.Count
	for _, c := range []table.Count{{Name: "brk", N: m.breaks}, {Name: "mmap", N: m.maps}} {
		if c.N > 0 {
			got = append(got, c)
		}
	}
	var parts []string
	if len(got) > 0 {
		parts = append(parts, table.Counts{All: got}.Text(look)+", "+table.Grouped(m.grown)+" bytes")
	}
	if m.gaveBack > 0 {
		back := table.Counts{All: []table.Count{{Name: "gave back", N: m.gaveBack}}}
		parts = append(parts, back.Text(look)+", "+table.Grouped(m.shrunk)+" bytes")
	}
	return strings.Join(parts, "; ")
}

func (m moves) counts() table.Counts {
	all := []table.Count{
		{Name: "brk", N: m.breaks}, {Name: "mmap", N: m.maps}, {Name: "bytes", N: m.grown},
		{Name: "gave_back", N: m.gaveBack}, {Name: "bytes_back", N: m.shrunk},
	}
	return table.Counts{All: slices.DeleteFunc(all, func(c table.Count) bool { return c.N == 0 })}
}

// Plain says the same for programs.
func (m moves) Plain() string { return m.counts().Plain() }

// Value returns the same as an object.
func (m moves) Value() any { return m.counts().Value() }

func (h *Heap) totals() []table.Total {
	s := &h.sum
	return []table.Total{
		{Key: "allocations", Value: table.Number(s.allocations)}, {Key: "frees", Value: table.Number(s.frees)},
		{Key: "bytes", Value: table.Number(s.bytes)}, {Key: "peak", Value: table.Number(s.peak)},
		{Key: "never_freed_blocks", Value: table.Number(h.neverFreed().blocks)}, {Key: "never_freed_bytes", Value: table.Number(h.neverFreed().bytes)},
		{Key: "unknown_frees", Value: table.Number(s.unknown)}, {Key: "unsized", Value: table.Number(s.unsized)},
		{Key: "curve", Value: series{&h.curve}},
	}
}

// summary says what the table adds up to.
func (h *Heap) summary() string {
	s := &h.sum
	text := fmt.Sprintf("%s allocations of %s bytes, %s frees; at most %s bytes lived at once. ",
		table.Grouped(s.allocations), table.Grouped(s.bytes), table.Grouped(s.frees), table.Grouped(s.peak))
	never := h.neverFreed()
	text += fmt.Sprintf("Never freed: %s blocks, %s bytes.", table.Grouped(never.blocks), table.Grouped(never.bytes))
	text += h.last.text()
	for _, also := range []struct {
		n    uint64
		text string
	}{
		{s.unknown, "%s frees of blocks that were not seen to be allocated."},
		{s.unsized, "%s allocations of an unknown size, counted as 0 bytes."},
		{s.untracked, "%s allocations too many to be followed."},
	} {
		if also.n > 0 {
			text += " " + fmt.Sprintf(also.text, table.Grouped(also.n))
		}
	}
	return text + h.asked() + h.last.why()
}

// asked says how few allocations reach the kernel.
func (h *Heap) asked() string {
	if h.sum.asked == 0 {
		return ""
	}
	return fmt.Sprintf("\n%s of %s allocations got memory from the kernel, all others from what the process had already.", table.Grouped(h.sum.asked), table.Grouped(h.sum.allocations))
}

type leak struct{ blocks, bytes uint64 }

// neverFreed adds up the blocks of all processes, those that have ended too.
func (h *Heap) neverFreed() (l leak) {
	for _, s := range h.order {
		l.blocks += s.blocks
		l.bytes += s.live
	}
	return l
}

// Dimensions of the plot.
const (
	plotWidth  = 64
	plotHeight = 10
	listLength = 20
)

// curveText shows the curve: as a plot, or as a list of numbers.
func (h *Heap) curveText() []byte {
	if len(h.curve.points) == 0 {
		return nil
	}
	if h.o.Plot {
		return h.plot()
	}
	return h.list()
}

func (h *Heap) list() []byte {
	points := h.curve.shown(listLength)
	t := table.Table{Columns: []table.Column{{Head: "until", Key: "until"}, {Head: "live bytes", Key: "live"}, {Head: "break", Key: "break"}}}
	length := time.Duration(len(h.curve.points)) * h.curve.step
	for i, p := range points {
		until := length * time.Duration(i+1) / time.Duration(len(points))
		t.Rows = append(t.Rows, []table.Cell{table.Span(until), table.Number(p.live), table.Number(p.brk)})
	}
	return append([]byte{'\n'}, t.Bytes(table.Text, h.o.Look)...)
}

// plot draws the live bytes as columns and the break as a line above them.
func (h *Heap) plot() []byte {
	points := h.curve.shown(plotWidth)
	top := uint64(1)
	for _, p := range points {
		top = max(top, p.live, p.brk)
	}
	live, edge := "#", "-"
	if h.o.Look.UTF8 {
		live, edge = "█", "─"
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "\n%s live bytes   %s program break, above where it began   highest: %s bytes\n", live, edge, table.Grouped(top))
	row := func(n uint64) int { return int(math.Ceil(float64(n) / float64(top) * plotHeight)) }
	for y := plotHeight; y > 0; y-- {
		out.WriteString("|")
		for _, p := range points {
			switch {
			case row(p.live) >= y:
				out.WriteString(live)
			case row(p.brk) == y:
				out.WriteString(edge)
			default:
				out.WriteByte(' ')
			}
		}
		out.WriteByte('\n')
	}
	length := time.Duration(len(h.curve.points)) * h.curve.step
	fmt.Fprintf(&out, "+%s> %s\n", strings.Repeat("-", len(points)), table.Span(length).Text(h.o.Look))
	return out.Bytes()
}

// A series is a curve as a cell of a table.
type series struct{ *curve }

// Text returns nothing: for people the curve is drawn.
func (series) Text(table.Look) string { return "" }

// Plain returns nothing: CSV has one table.
func (series) Plain() string { return "" }

// Value returns an object with the seconds that a point stands for, and the points.
func (s series) Value() any {
	live, brk := []uint64{}, []uint64{}
	for _, p := range s.points {
		live, brk = append(live, p.live), append(brk, p.brk)
	}
	return map[string]any{"seconds_each": s.step.Seconds(), "live": live, "break": brk}
}
