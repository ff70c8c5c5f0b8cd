package pagetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"plait/event"
)

// TestCrossing clicks the arrow between user space and the kernel, which selects the system
// call that it leads to.
func TestCrossing(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	at := p.place("canvas.picture")
	kernel := p.reds(at)
	if len(kernel) == 0 {
		t.Fatal("nothing in the timeline has the kernel's colour")
	}
	above := kernel[0].Y - 34 // the lane is 28 pixels high: this is in the gap above it
	p.clickAt(float64(kernel[0].X+1), float64(above))
	p.selects("openat")
	p.clickAt(float64(kernel[0].X-40), float64(above))
	p.wait(`document.querySelector(".panel h2") == null`)
}

// TestStepFilter walks along what a filter chooses, and nothing else.
func TestStepFilter(t *testing.T) {
	t.Parallel()
	l := desktop
	l.hash = "#v=step&q=kind:system"
	p := open(t, small(t), l)
	now := func(side, name, arrow string) {
		t.Helper()
		p.wait(fmt.Sprintf(`document.querySelector(".side.%s .now b")?.textContent == %q && document.querySelector(".arrow.%s")`, side, name, arrow))
	}
	p.wait(`document.querySelector(".step .hint").textContent.startsWith("The filter chooses 4 rows of 11 rows")`)
	now("kernel", "openat", "down")
	for _, name := range []string{"brk", "brk", "write"} {
		p.keys(kb.ArrowRight, kb.ArrowRight)
		now("kernel", name, "down")
		p.wait(`document.querySelector(".side.user .card")`) // what is around it is shown
	}
	p.keys(kb.ArrowRight)
	now("kernel", "write", "up")
	p.wait(`document.querySelector(".controls button:nth-child(2)").disabled`)
	p.keys(kb.ArrowLeft, kb.ArrowLeft)
	now("kernel", "brk", "up")
}

// TestOthers clicks what stands in the map for all that are too light for an entry of their
// own, at the left, at the right and between.
func TestOthers(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	const functions, most = 60, 40
	for n := range functions {
		name := fmt.Sprintf("f-%d+x", n)
		for range 1 + (functions-n)/30 {
			m.library(processID, name, nil, func() { m.system(processID, fmt.Sprintf("s%d", n), nil, number(n)) }, number(n))
		}
		m.library(processID, name, nil, nil, number(n)) // a call that does not enter the kernel
	}
	for range 5 {
		m.system(processID, "alone", nil, number(0))
	}
	m.exits()
	p := open(t, m.page(), desktop)
	p.show("map")
	for item, rows := range map[string]int{
		fmt.Sprintf(`.map-item.user[aria-label^="%d other functions"]`, functions+1-most+1):      22,
		fmt.Sprintf(`.map-item.kernel[aria-label^="%d other system calls"]`, functions+1-most+1): 22,
	} {
		p.wait("document.querySelector('" + item + "')")
		p.script(`document.querySelector('%s').dispatchEvent(new MouseEvent("click", {bubbles: true}))`, item)
		p.wait(fmt.Sprintf(`document.querySelector("#filter-state").textContent.startsWith("%d rows of ")`, rows))
		p.wait(fmt.Sprintf(`document.querySelector('%s').getAttribute("aria-pressed") == "true"`, item))
	}
	// Whatever ribbon is clicked, as many calls are chosen as it says.
	for _, item := range ask[[]string](p, `[...document.querySelectorAll('.map-item.flow[aria-label*=" other "]')].map(flow => flow.getAttribute("aria-label"))`) {
		p.script(`document.querySelector('.map-item.flow[aria-label="%s"]').dispatchEvent(new MouseEvent("click", {bubbles: true}))`, item)
		_, after, _ := strings.Cut(item, ": ")
		count, _, _ := strings.Cut(after, " ")
		p.wait(fmt.Sprintf(`/^%s rows? of /.test(document.querySelector("#filter-state").textContent)`, count))
	}
}

// script runs a script.
func (p *page) script(format string, args ...any) {
	p.t.Helper()
	ask[any](p, fmt.Sprintf(format, args...))
}

// TestHeapDrag zooms into the heap by the wheel, drags it, and moves and zooms by keys. A
// drag selects nothing.
func TestHeapDrag(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	p.show("heap")
	p.wait(`document.querySelector("#view-heap").dataset.steps`)
	picture := func() string {
		return ask[string](p, `document.querySelector(".heap-canvas").toDataURL()`)
	}
	changes := func(from string) string {
		t.Helper()
		var now string
		p.until("the heap does not move", func() bool { now = picture(); return now != from })
		return now
	}
	p.frames(3)
	at := p.place(".heap-canvas")
	whole := picture()
	p.wheel(at, -300)
	zoomed := changes(whole)
	x, y := float64(at.Min.X+at.Dx()/2), float64(at.Min.Y+at.Dy()/2)
	p.do(chromedp.DragAndDropXY(x, y, x-150, y))
	dragged := changes(zoomed)
	p.keys("+")
	changes(dragged)
	p.wait(`document.querySelector(".panel h2") == null`)
	p.keys(kb.ArrowRight)
	p.selects("brk")
}

// TestNotices has what plait itself says in the list, in order, without a thread.
func TestNotices(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	m.library(processID, "puts", nil, nil, number(1))
	m.emit(&event.Notice{Head: m.head(processID), Text: "prog: 3 places are not traced\x1b"})
	m.exits()
	m.emit(&event.Notice{Text: "no function matches"})
	p := open(t, m.page(), desktop)
	p.show("list")
	p.waitLines("puts", "notice", "exited with status 0", "notice")
	p.wait(`document.querySelector("#line-1").textContent.includes("3 places are not traced\\33")`)
	p.click("#line-3")
	p.selects("notice")
	p.wait(`document.querySelector(".panel").textContent.includes("no function matches")`)
	p.wait(`!document.querySelector(".panel").textContent.includes("thread")`)
}

// TestPrintList prints a list that is longer than the paper may be, which says what is left
// out.
func TestPrintList(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	for n := range 3000 {
		m.library(processID, "puts", []event.Arg{arg("n", number(n))}, nil, number(n))
	}
	m.exits()
	l := desktop
	l.hash = "#v=list&e=1000"
	p := open(t, m.page(), l)
	p.wait(`document.querySelector("#line-1000")?.textContent.includes("(1000)")`)
	ask[any](p, `window.addEventListener("beforeprint", () => {
		const lines = [...document.querySelectorAll(".line")]
		window.printed = [lines.length, document.querySelector(".list .paper-note").textContent, lines.at(-1).textContent]
	})`)
	if _, err := chromedp.Run(p.ctx, chromedp.PrintToPDF()); err != nil {
		t.Fatal(err)
	}
	lines := ask[int](p, "window.printed[0]")
	note, last := ask[string](p, "window.printed[1]"), ask[string](p, "window.printed[2]")
	first := ask[int](p, `Number(/Lines ([\d,]+)/.exec(window.printed[1])[1].replace(",", ""))`)
	want := fmt.Sprintf("Lines %d to %s of 3,001: %d before and %s after them are left out.", first, thousands(first+499), first-1, thousands(3001-first-499))
	if lines != 500 || note != want || !strings.Contains(last, fmt.Sprintf("puts(%d) = %d", first+498, first+498)) {
		t.Errorf("%d lines, the last is %q, and the paper says %q, not %q", lines, last, note, want)
	}
	p.until("the screen has the paper's lines still", func() bool { return ask[int](p, `document.querySelectorAll(".line").length`) < 100 })
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// TestDeep has more levels than the timeline has lanes: it says so, and selecting a call that
// has none marks the one around it.
func TestDeep(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	var nest func(n int) func()
	nest = func(n int) func() {
		return func() {
			if n == 60 {
				m.system(processID, "getpid", nil, number(1))
				return
			}
			m.library(processID, fmt.Sprintf("f%d", n), nil, nest(n+1), number(n))
		}
	}
	nest(0)()
	m.exits()
	l := desktop
	l.hash = "#e=f55"
	p := open(t, m.page(), l)
	p.selects("f55")
	p.wait(`document.querySelector(".thread .deeper").textContent == "+ 12 deeper"`)
	p.wait(`document.querySelector(".tracks").scrollHeight > 48 * 20`)
	p.script(`document.querySelector(".tracks").scrollTop = 1e6`)
	p.frames(3)
	at := p.place("canvas.picture")
	kernel := p.reds(at)
	if len(kernel) == 0 {
		t.Fatal("the kernel's lane is not in sight")
	}
	p.clickAt(float64(kernel[0].X), float64(kernel[0].Y-40)) // the deepest lane
	p.selects("f47")
	p.clickAt(float64(kernel[0].X), float64(kernel[0].Y))
	p.selects("getpid")
}

// TestReuse marks the uses of one block or descriptor, and not those of the next one that
// has its number. Its rows are:
//
//	0 malloc, 1 strcpy, 2 free, 3 puts, 4 malloc, 5 realloc, 6 free; 7 open, 8 openat, 9 read,
//	10 close, 11 close; 12 openat, 13 dup2, 14 read, 15 close; 16 exec, 17 puts
func TestReuse(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	block := event.Pointer{Addr: 0x5555555592a0}
	pointer, size := []event.Arg{arg("ptr", block)}, []event.Arg{arg("size", number(100))}
	m.library(processID, "malloc", size, nil, block)
	m.library(processID, "strcpy", pointer, nil, block)
	m.library(processID, "free", pointer, nil, event.Void{})
	m.library(processID, "puts", pointer, nil, number(1)) // whatever is there now
	m.library(processID, "malloc", size, nil, block)
	m.library(processID, "realloc", append(pointer[:1:1], size...), nil, block)
	m.library(processID, "free", pointer, nil, event.Void{})
	fd := event.FD{Num: 3}
	file := []event.Arg{arg("fd", fd)}
	m.library(processID, "open", nil, func() { m.system(processID, "openat", nil, fd) }, fd)
	m.system(processID, "read", file, number(1))
	m.library(processID, "close", file, func() { m.system(processID, "close", file, number(0)) }, number(0))
	m.system(processID, "openat", nil, fd)
	m.system(processID, "dup2", []event.Arg{arg("oldfd", event.FD{Num: 9}), arg("newfd", fd)}, fd)
	m.system(processID, "read", file, number(1))
	m.system(processID, "close", file, number(0))
	m.emit(&event.Exec{Head: m.head(processID), Path: "/bin/other"})
	m.library(processID, "puts", pointer, nil, number(1))
	m.exits()
	p := open(t, m.page(), desktop)
	p.show("list")
	for row, want := range map[int]string{
		0: "1 2", 2: "0 1", 3: "", 5: "4 6", 6: "4 5", 17: "",
		7: "8 9 10 11", 9: "7 8 10 11", 12: "13", 14: "13 15", 13: "12 14 15",
	} {
		p.click(fmt.Sprintf("#line-%d", row))
		p.wait(fmt.Sprintf(`[...document.querySelectorAll(".line.use")].map(line => line.dataset.row).join(" ") == %q`, want))
	}
}

// TestFilters has each term of the documents choose what they say.
func TestFilters(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	m.thread(processID + 1)
	m.library(processID, "malloc", []event.Arg{arg("size", number(9))}, func() { m.system(processID, "brk", nil, number(1)) }, event.Pointer{Addr: 0x5000})
	m.library(processID, "memcpy", nil, nil, number(1))
	m.library(processID, "qsort", nil, func() {
		m.library(processID, "strcmp", []event.Arg{arg("s", event.Str{Text: "needle"})}, nil, number(1))
		m.library(processID, "bsearch", nil, func() { m.system(processID, "futex", nil, event.Errno{Num: 11, Name: "EAGAIN"}) }, number(1))
	}, number(1))
	m.library(processID+1, "free", []event.Arg{arg("ptr", event.Pointer{Addr: 0x5000})}, nil, event.Void{})
	m.emit(&event.Signal{Head: m.head(processID), Number: 10, Name: "SIGUSR1"})
	m.ids++
	m.emit(&event.Enter{Head: m.head(processID), Call: &event.Call{ID: m.ids, Kind: event.System, Name: "pause"}})
	m.exits()
	p := open(t, m.page(), desktop)
	p.show("list")
	p.click("input")
	for _, test := range []struct{ typed, found string }{
		{"malloc,free", "malloc free"},
		{"str*,free", "strcmp free"},
		{"m*-malloc", "memcpy"},
		{"kind:library -*c*,free", "qsort"},
		{"[mf]?[lm]*", "malloc memcpy"},
		{"/(mem|str)c(py|mp)/", "memcpy strcmp"},
		{"*@libc*-str*-q*,bsearch", "malloc memcpy free"},
		{"libc.so*->f*", "free"},
		{"kind:library free", "free"},
		{"kind:system", "brk futex pause"},
		{"kind:signal", "SIGUSR1"},
		{"failed", "futex"},
		{"unfinished", "pause"},
		{"in:malloc", "brk"},
		{"within:qsort", "strcmp bsearch futex"},
		{"crossing", "malloc bsearch"},
		{">2us", "malloc qsort bsearch"},
		{"kind:library <2us", "memcpy strcmp free"},
		{fmt.Sprint("thread:", processID+1), "free"},
		{fmt.Sprint("process:", processID, " kind:system !failed"), "brk pause"},
		{`"needle"`, "strcmp"},
		{`within:qsort !"needle"`, "bsearch futex"},
	} {
		p.script(`document.querySelector("input").value = ""`)
		p.keys(test.typed)
		p.wait(fmt.Sprintf(`location.hash.includes(new URLSearchParams({q: %s}))`, quoted(test.typed)))
		p.waitLines(strings.Fields(test.found)...)
	}
	p.script(`document.querySelector("input").value = ""`)
	p.keys("%file")
	p.wait(`document.querySelector("#filter-state").textContent.includes("does not know classes")`)
}
