package callmap

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"plait/event"
	"plait/output/calls"
	"plait/output/table"
)

// later counts the system calls by which bytes were written that calls of a row had left in
// a buffer of stdio.
type later map[writing]uint64

// A writing is a system call, and the library call that it was made in.
type writing struct {
	by   string // "" if that is not known
	name *name
}

// ledgers are what stdio holds, by process and descriptor.
type ledgers map[int]map[int]*ledger

// A ledger is what stdio holds for a descriptor, as far as traced calls have shown it.
type ledger struct {
	parts []part // the oldest first
	total uint64
	lost  bool // something else is in the buffer, too, or less: nothing is said any more
}

// A part is what calls of a row have left, one after the other.
type part struct {
	row   *row
	bytes uint64
}

// Bounds on what is kept of a process.
const (
	maxLedgers = 256
	maxParts   = 1024
)

// A printer is a function that writes to a stream of stdio.
type printer struct {
	stream int // index of the argument that is the stream; -1: it is standard output
	size   func(e *event.Return) (uint64, bool)
}

// printers are those of stdio (stdio(3)), with the names that compilers make of them.
var printers = map[string]printer{
	"puts": {-1, textLine}, "puts_unlocked": {-1, textLine},
	"putchar": {-1, oneByte}, "putchar_unlocked": {-1, oneByte},
	"printf": {-1, resultBytes}, "vprintf": {-1, resultBytes}, "__printf_chk": {-1, resultBytes}, "__vprintf_chk": {-1, resultBytes},
	"fputs": {1, text}, "fputs_unlocked": {1, text},
	"fputc": {1, oneByte}, "putc": {1, oneByte}, "_IO_putc": {1, oneByte}, "fputc_unlocked": {1, oneByte}, "putc_unlocked": {1, oneByte},
	"fwrite": {3, items}, "fwrite_unlocked": {3, items},
	"fprintf": {0, resultBytes}, "vfprintf": {0, resultBytes}, "__fprintf_chk": {0, resultBytes}, "__vfprintf_chk": {0, resultBytes},
}

func oneByte(*event.Return) (uint64, bool) { return 1, true }

// resultBytes is for functions that return how many bytes they wrote.
func resultBytes(e *event.Return) (uint64, bool) { return number(e.Result) }

// text is for functions that write their first argument, which must be known whole.
func text(e *event.Return) (uint64, bool) {
	if len(e.Call.Args) == 0 {
		return 0, false
	}
	s, ok := e.Call.Args[0].Value.(event.Str)
	return uint64(len(s.Text)), ok && !s.Cut && !s.Wide
}

// textLine is text with a newline. The GNU C library returns its length.
func textLine(e *event.Return) (uint64, bool) {
	if n, ok := text(e); ok {
		return n + 1, true
	}
	if len(e.Call.Args) == 0 {
		return 0, false
	}
	n, ok := number(e.Result)
	s, isText := e.Call.Args[0].Value.(event.Str)
	return n, ok && isText && n > uint64(len(s.Text))+1
}

// items is for fwrite(3), which returns how many items of a size it wrote.
func items(e *event.Return) (uint64, bool) {
	n, ok := number(e.Result)
	if len(e.Call.Args) < 2 {
		return 0, false
	}
	size, sized := number(e.Call.Args[1].Value)
	return n * size, ok && sized && n < 1<<32 && size < 1<<32
}

func number(v event.Value) (uint64, bool) {
	n, ok := v.(event.Int)
	return n.Bits, ok && int64(n.Bits) >= 0
}

// printsTo returns the descriptor that a call prints to by way of stdio.
func printsTo(c *event.Call) (fd int, ok bool) {
	p, ok := printers[c.Name]
	switch {
	case !ok:
		return 0, false
	case p.stream < 0:
		return 1, true
	case p.stream >= len(c.Args):
		return 0, false
	}
	stream, _ := c.Args[p.stream].Value.(event.Pointer)
	switch {
	case stream.Stream != nil:
		return stream.Stream.Num, true
	case stream.Symbol == "stdout":
		return 1, true
	}
	return 0, false
}

// isLibc reports whether an object is a C library, in which stdio is.
func isLibc(object string) bool {
	return strings.HasPrefix(object, "libc.so.") || strings.HasPrefix(object, "ld-musl-")
}

// ledger returns what stdio holds for a descriptor of a process; nil if there is nothing, and
// with make only if there are too many.
func (l ledgers) ledger(pid, fd int, make bool) *ledger {
	of := l[pid]
	if of == nil && make {
		of = map[int]*ledger{}
		l[pid] = of
	}
	if of[fd] == nil && make && len(of) < maxLedgers {
		of[fd] = &ledger{}
	}
	return of[fd]
}

// add notes that a call has left bytes.
func (l *ledger) add(r *row, bytes uint64) {
	if bytes == 0 || l.lost {
		return
	}
	l.total += bytes
	if n := len(l.parts); n > 0 && l.parts[n-1].row == r {
		l.parts[n-1].bytes += bytes
	} else if n < maxParts {
		l.parts = append(l.parts, part{r, bytes})
	} else {
		l.lose()
	}
}

// lose notes that it is not known any more what is held.
func (l *ledger) lose() { *l = ledger{lost: true} }

// take removes all bytes, or the oldest, and returns whose they are.
func (l *ledger) take(bytes uint64) (of []*row) {
	for bytes > 0 && len(l.parts) > 0 {
		p := &l.parts[0]
		if !slices.Contains(of, p.row) {
			of = append(of, p.row)
		}
		taken := min(bytes, p.bytes)
		p.bytes -= taken
		l.total -= taken
		bytes -= taken
		if p.bytes == 0 {
			l.parts = l.parts[1:]
		}
	}
	return of
}

// printed notes what a call of stdio that has ended has left in the buffer.
func (m *Map) printed(e *event.Return, f *frame) {
	l := m.buffers.ledger(e.PID, f.fd, true)
	if l == nil {
		return
	}
	size, known := printers[e.Call.Name].size(e)
	if e.Outcome != event.Returned || e.Call.Failed || !known || size < f.wrote {
		l.lose()
		return
	}
	l.add(f.row, size-f.wrote)
}

// written notes that write(2) has written to a descriptor. If stdio has written just what
// calls had left in its buffer, these are told.
func (m *Map) written(e *event.Return, t *calls.Thread[frame], f *frame) {
	n, ok := number(e.Result)
	if len(e.Call.Words) == 0 || e.Call.Name != "write" && e.Call.Name != "writev" {
		return
	}
	fd := int(e.Call.Words[0])
	l := m.buffers.ledger(e.PID, fd, false)
	around := m.innermost(t)
	prints := around != nil && around.prints && around.fd == fd
	switch {
	case prints && ok && !e.Call.Failed:
		if l != nil {
			before := l.total
			m.tell(l.take(min(n, before)), around.row, writing{around.name, f.system})
			n -= min(n, before)
		}
		around.wrote += n
	case l == nil || l.total == 0 || !isLibc(e.Call.From) || around != nil && around.name == e.Call.Name:
	case !ok || e.Call.Failed || n != l.total:
		l.lose()
	case around != nil:
		m.tell(l.take(n), nil, writing{around.name, f.system})
	default:
		p := pending{tid: e.TID, rows: l.take(n), name: f.system}
		m.pending[e.PID] = append(m.pending[e.PID], p)
	}
}

// tell tells rows, but for one, how their bytes were written.
func (m *Map) tell(rows []*row, but *row, w writing) {
	for _, r := range rows {
		if r == but {
			continue
		}
		if r.later == nil {
			r.later = later{}
		}
		r.later[w]++
	}
}

// A pending write is one in no library call: that of exit(3), if nothing but the end of the
// process follows.
type pending struct {
	tid  int
	rows []*row
	name *name
}

// settle tells the rows of a process that wait for what follows their writes.
func (m *Map) settle(pid int, by func(*pending) string) {
	if len(m.pending) == 0 {
		return
	}
	for _, p := range m.pending[pid] {
		m.tell(p.rows, nil, writing{by(&p), p.name})
	}
	delete(m.pending, pid)
}

func notKnown(*pending) string { return "" }

// ending tells the rows of a process that begins to end: if all calls of the program are
// traced, it did not call what wrote their bytes; exit(3) did.
func (m *Map) ending(e *event.Enter) {
	m.settle(e.PID, func(p *pending) string {
		if m.o.Whole && p.tid == e.TID {
			return "exit"
		}
		return ""
	})
}

// innermost returns the innermost open library call of a thread, but that in which the
// whole program runs; nil if there is none.
func (m *Map) innermost(t *calls.Thread[frame]) *frame {
	for i := t.Len() - 1; i >= 0; i-- {
		if f := t.At(i); f.system == nil && !f.program {
			return f
		}
	}
	return nil
}

// followHeld lets what stdio holds go with its process.
func (m *Map) followHeld(e event.Event) {
	switch e := e.(type) {
	case *event.Spawn:
		if of := m.buffers[e.PID]; e.Kind == event.Forked && of != nil {
			own := map[int]*ledger{}
			for fd, l := range of {
				own[fd] = &ledger{slices.Clone(l.parts), l.total, l.lost}
			}
			m.buffers[e.ChildPID] = own
		}
	case *event.Exec:
		m.settle(e.PID, notKnown)
		delete(m.buffers, e.PID)
	case *event.Exit:
		if e.Process {
			m.settle(e.PID, notKnown)
			delete(m.buffers, e.PID)
		}
	}
}

// A cell is the system calls of a row, and those that came later.
type cell struct {
	table.Counts
	later later
}

// Text returns the counts: "brk ×6 (written later by exit: write ×1)".
func (c cell) Text(look table.Look) string {
	parts := []string{c.Counts.Text(look)}
	if len(c.All) == 0 {
		parts = nil
	}
	for _, by := range c.later.writers() {
		head := "(written later: "
		if by != "" {
			head = "(written later by " + by + ": "
		}
		parts = append(parts, head+table.Counts{All: c.later.counts(func(w writing) bool { return w.by == by })}.Text(look)+")")
	}
	return strings.Join(parts, " ")
}

// writers returns the library calls that wrote, by name.
func (l later) writers() (all []string) {
	for _, w := range slices.SortedFunc(maps.Keys(l), func(a, b writing) int { return cmp.Compare(a.by, b.by) }) {
		if !slices.Contains(all, w.by) {
			all = append(all, w.by)
		}
	}
	return all
}

// counts adds up the system calls of some writings.
func (l later) counts(of func(writing) bool) (all []table.Count) {
	sums := map[*name]uint64{}
	for w, n := range l {
		if of(w) {
			sums[w.name] += n
		}
	}
	for _, n := range slices.SortedFunc(maps.Keys(sums), func(a, b *name) int { return a.seen - b.seen }) {
		all = append(all, table.Count{Name: n.text, N: sums[n]})
	}
	return all
}
