package pagetest

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"plait/event"
)

// small is the page of a program that opens no file, allocates and writes. Its rows are:
//
//	0 fopen, 1 openat; 2 malloc, 3 brk, 4 brk; 5 malloc; 6 free; 7 puts; 8 puts, 9 write; 10 exit
func small(t testing.TB) string {
	t.Helper()
	m := newMaker(t)
	path := arg("path", event.Str{Text: "/etc/missing", Path: true})
	missing := event.Errno{Num: 2, Name: "ENOENT", Text: "No such file or directory"}
	size := []event.Arg{arg("size", number(100))}
	m.library(processID, "fopen", []event.Arg{path}, func() {
		m.system(processID, "openat", []event.Arg{arg("dirfd", event.FD{Cwd: true}), path}, missing)
	}, event.Pointer{})
	m.library(processID, "malloc", size, func() {
		m.system(processID, "brk", []event.Arg{arg("addr", event.Pointer{})}, event.Pointer{Addr: 0x555555559000})
		m.system(processID, "brk", []event.Arg{arg("addr", event.Pointer{Addr: 0x55555557a000})}, event.Pointer{Addr: 0x55555557a000})
	}, event.Pointer{Addr: 0x5555555592a0})
	m.library(processID, "malloc", size, nil, event.Pointer{Addr: 0x555555559310})
	m.library(processID, "free", []event.Arg{arg("ptr", event.Pointer{Addr: 0x5555555592a0})}, nil, event.Void{})
	m.library(processID, "puts", []event.Arg{arg("s", event.Str{Text: "one"})}, nil, number(4))
	m.library(processID, "puts", []event.Arg{arg("s", event.Str{Text: "two"})}, func() {
		m.system(processID, "write", []event.Arg{arg("fd", event.FD{Num: 1}), arg("buf", event.Str{Text: "one\ntwo\n"})}, number(8))
	}, number(4))
	m.exits()
	return m.page()
}

// lines returns what the lines of the list show, in order, without times.
func (p *page) lines() []string {
	p.t.Helper()
	return ask[[]string](p, `[...document.querySelectorAll(".line .what")].map(line => line.textContent)`)
}

func (p *page) waitLines(want ...string) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`[...document.querySelectorAll(".line .what b")].map(name => name.textContent).join(" ") == %s`, quoted(strings.Join(want, " "))))
}

// selects waits until the panel shows a call.
func (p *page) selects(name string) {
	p.t.Helper()
	p.wait(`document.querySelector(".panel h2")?.textContent == ` + quoted(name))
}

// TestList looks at the list, and at a selected call beside it.
func TestList(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	p.show("list")
	p.wait(`document.querySelector("#line-9").textContent.includes("one")`)
	lines := p.lines()
	for i, want := range []string{`fopen("/etc/missing") = nil`, `openat(AT_FDCWD, "/etc/missing") = -1 ENOENT (No such file or directory)`, `malloc(100) = 0x5555555592a0`} {
		if lines[i] != want {
			t.Errorf("line %d is %q, not %q", i, lines[i], want)
		}
	}
	p.click("#line-6")
	p.selects("free")
	p.wait(`document.querySelector(".uses")?.textContent.includes("malloc(100)")`)
	p.wait(`document.querySelector("#line-2").classList.contains("use") && !document.querySelector("#line-5").classList.contains("use")`)
}

// TestSearch looks for texts and by expressions, and sees what is wrong with one.
func TestSearch(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	p.show("list")
	for _, test := range []struct{ typed, found string }{
		{"failed", "openat"},
		{"kind:system !brk", "openat write"},
		{"in:malloc", "brk brk"},
		{`"two"`, "puts write"},
		{"m*-malloc+p*", "puts puts"},
	} {
		p.click("input")
		p.keys(test.typed)
		p.waitLines(strings.Fields(test.found)...)
		p.keys(kb.Escape)
		p.wait(`document.querySelectorAll(".line").length == 11`)
	}
	p.click("input")
	p.keys("kind:nothing")
	p.wait(`document.querySelector("#filter-state").textContent.includes("kind:")`)
	p.wait(`document.querySelector("input").getAttribute("aria-invalid") == "true"`)
}

// TestRibbon clicks the ribbon from malloc to brk, which filters the list, and again, which
// shows all.
func TestRibbon(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	p.show("map")
	p.wait(`document.querySelectorAll(".map-item.flow").length == 3`)
	if sum := p.text(".map-sum"); sum != "6 library calls, of which 3 entered the kernel. 4 system calls in all." {
		t.Errorf("the map says %q", sum)
	}
	const ribbon = `.map-item.flow[aria-label^="malloc → brk: 2 system calls"]`
	p.click(ribbon)
	p.wait(`document.querySelector('` + ribbon + `').getAttribute("aria-pressed") == "true"`)
	p.show("list")
	p.waitLines("brk", "brk")
	p.show("map")
	p.click(ribbon)
	p.wait(`document.querySelector('` + ribbon + `').getAttribute("aria-pressed") == "false"`)
	p.click(`.map-idle button`)
	p.show("list")
	p.waitLines("free")
}

// TestHeap clicks the step of the program break, and walks along the steps by keys.
func TestHeap(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	p.show("heap")
	p.wait(`document.querySelector("#view-heap").dataset.steps == "5"`) // two allocations, free, the break, what exit leaves
	for _, want := range []string{"malloc", "200 bytes", "100 bytes"} {
		if table := p.text(".heap-sites"); !strings.Contains(table, want) {
			t.Errorf("the table has no %q: %s", want, table)
		}
	}
	p.keys(kb.ArrowRight)
	p.selects("brk")
	p.keys(kb.ArrowRight)
	p.selects("malloc")
	p.wait(`document.querySelector("#view-heap .map-hint").textContent.includes("+100 bytes")`)
	p.keys(kb.ArrowRight, kb.ArrowRight)
	p.selects("free")
}

// TestThreeClicks finds out which malloc called brk, as somebody does who never saw plait.
func TestThreeClicks(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	p.click("#tab-heap")
	p.wait(`document.querySelector("#view-heap").dataset.steps`)
	at := p.place(".heap-canvas")
	p.clickAt(float64(at.Min.X+at.Dx()/3), float64(at.Max.Y-60)) // the step of the break
	p.selects("brk")
	p.click(`.panel .link.user`)
	p.selects("malloc")
	p.wait(`document.querySelector(".panel .facts").textContent.includes("0x5555555592a0")`)
}

// TestDeepLink opens a page at a call in a view, and finds the address changed by what one
// does.
func TestDeepLink(t *testing.T) {
	t.Parallel()
	l := desktop
	l.hash = "#e=8&v=list&q=puts"
	p := open(t, small(t), l)
	p.selects("puts")
	p.waitLines("puts", "puts")
	p.click("#line-7")
	p.wait(`location.hash == "#e=7&v=list&q=puts"`)
}

// TestTimeline zooms and pans by wheel, keys and drag, and clicks a system call in its lane.
func TestTimeline(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	at := p.place("canvas.picture")
	if n := colors(p.picture("whole"), at); n < 10 {
		t.Errorf("the timeline has %d colours", n)
	}
	kernel := p.reds(at)
	if len(kernel) == 0 {
		t.Fatal("nothing in the timeline has the kernel's colour")
	}
	p.clickAt(float64(kernel[0].X), float64(kernel[0].Y))
	p.selects("openat")

	p.keys("0")
	p.frames(2)
	whole := p.ruler()
	p.wheel(at, -300)
	zoomed := p.changed(whole)
	p.keys("+")
	closer := p.changed(zoomed)
	x, y := float64(at.Min.X+at.Dx()/2), float64(at.Max.Y-100)
	p.do(chromedp.DragAndDropXY(x, y, x-200, y))
	p.changed(closer)
	p.keys("0")
	p.until("0 does not show the whole trace again", func() bool { return p.ruler() == whole })
}

// reds returns the pixels of the kernel's colour in the lower half of a picture of the
// timeline's lanes.
func (p *page) reds(at image.Rectangle) (list []image.Point) {
	picture := p.picture("reds")
	for y := at.Max.Y - 1; y >= at.Min.Y+60; y-- {
		for x := at.Min.X; x < at.Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			if r>>8 > 180 && g>>8 < 110 && b>>8 < 90 {
				list = append(list, image.Pt(x, y))
			}
		}
		if len(list) > 0 {
			return list
		}
	}
	return nil
}

// ruler returns a picture of the ruler, as text that can be compared.
func (p *page) ruler() string {
	p.t.Helper()
	return ask[string](p, `(canvas => { const c = document.createElement("canvas"); c.width = canvas.width; c.height = 54; c.getContext("2d").drawImage(canvas, 0, 0); return c.toDataURL() })(document.querySelector("canvas.picture"))`)
}

// changed waits until the ruler is another one, and returns it.
func (p *page) changed(from string) string {
	p.t.Helper()
	var now string
	p.until("the ruler does not change", func() bool {
		now = p.ruler()
		return now != from
	})
	return now
}

func (p *page) wheel(at image.Rectangle, by float64) {
	p.t.Helper()
	call(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{
		Type: input.DispatchMouseEventTypeMouseWheel, X: float64(at.Min.X + at.Dx()/2), Y: float64(at.Min.Y + at.Dy()/2), DeltaX: 1e-9, DeltaY: by,
	})
}

// TestKeyboard does with keys alone what one does with a mouse: walks through the views, the
// calls, the ribbons, and comes back.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	views := p.views()
	list := slices.Index(views, "list")
	p.keys(fmt.Sprint(list + 1))
	p.wait(`!document.querySelector("#view-list").hidden`)
	p.keys(kb.Home)
	p.selects("fopen")
	p.keys(kb.ArrowDown, kb.ArrowDown)
	p.selects("malloc")
	p.keys(fmt.Sprint(slices.Index(views, "map") + 1))
	p.wait(`document.querySelector(".map-item")`)
	p.keys(kb.ArrowDown)
	p.wait(`document.activeElement.classList.contains("map-item")`)
	p.wait(`document.activeElement.matches(":focus-visible")`)
	p.keys(kb.Enter)
	p.wait(`document.querySelector("input").value != ""`)
	p.keys(kb.Enter)
	p.wait(`document.querySelector("input").value == ""`)
	p.keys(kb.Escape)
	p.wait(`document.querySelector(".panel h2") == null`)
}

// TestLooks takes pictures in light and dark, at two sizes, and of what is printed.
func TestLooks(t *testing.T) {
	t.Parallel()
	path := small(t)
	for _, l := range []look{desktop, laptop} {
		for _, dark := range []bool{false, true} {
			l.dark = dark
			name := fmt.Sprintf("%dx%d dark=%v", l.width, l.height, dark)
			t.Run(name, func(t *testing.T) {
				p := open(t, path, l)
				for _, view := range p.views() {
					p.show(view)
					picture := p.picture(view)
					if n := colors(picture, p.place("main")); n < 8 {
						t.Errorf("%s has %d colours", view, n)
					}
					if r, _, _, _ := picture.At(2, int(l.height)/2).RGBA(); r>>8 < 128 != dark {
						t.Errorf("%s has a background of %d", view, r>>8)
					}
				}
			})
		}
	}
}

// TestNames gives everything that can be clicked or typed into a name.
func TestNames(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	for _, view := range p.views() {
		p.show(view)
		nameless := ask[[]string](p, `[...document.querySelectorAll("button, input, canvas, [tabindex], [role=button], [role=option], [role=treeitem]")]
			.filter(e => !e.closest("[hidden]") && !(e.getAttribute("aria-label") || e.textContent.trim() || e.title || e.getAttribute("aria-hidden")))
			.map(e => e.outerHTML.slice(0, 200))`)
		for _, element := range nameless {
			t.Errorf("%s: this has no name: %s", view, element)
		}
	}
}

// TestAnyName clicks functions whose names mean something else in a filter, and sees just
// their calls.
func TestAnyName(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	names := []string{"f", "operator new(unsigned long)", "std::map<int, std::less<int> >::at(int const&)", "failed", "loader", "in:f", "kind:system", "-f", "!f", ">1ms", "f@g", "f*", "[fg]", `f\g`, `"f"`, "/f/", "f,g+h-i", "getpid", "ä f"}
	for _, name := range names {
		m.library(processID, name, nil, func() { m.system(processID, "getpid", nil, number(processID)) }, number(0))
	}
	m.exits()
	p := open(t, m.page(), desktop)
	p.show("map")
	p.wait(fmt.Sprintf(`document.querySelectorAll(".map-item.flow").length == %d`, len(names)))
	for i, name := range names {
		for kind, row := range map[string]int{"user": 2 * i, "flow": 2*i + 1} {
			label := name + map[string]string{"user": ": 1 call", "flow": " → getpid"}[kind]
			item := `.map-item.` + kind + `[aria-label^=` + quoted(label) + `]`
			ask[any](p, `document.querySelector(`+quoted(item)+`).dispatchEvent(new MouseEvent("click", {bubbles: true}))`)
			p.wait(`document.querySelector(` + quoted(item) + `).getAttribute("aria-pressed") == "true"`)
			p.wait(`document.querySelector("#filter-state").textContent.startsWith("1 row of ")`)
			p.show("list")
			p.wait(fmt.Sprintf(`document.querySelectorAll(".line").length == 1 && document.querySelector("#line-%d")`, row))
			p.show("map")
		}
	}
}

// TestStep walks from event to event: into malloc, into the kernel, and back.
func TestStep(t *testing.T) {
	t.Parallel()
	l := desktop
	l.hash = "#e=2&v=step"
	p := open(t, small(t), l)
	p.wait(`document.querySelector(".side.user .now b")?.textContent == "malloc"`)
	p.keys(kb.ArrowRight)
	p.wait(`document.querySelector(".side.kernel .now b")?.textContent == "brk"`)
	p.wait(`document.querySelector(".arrow.down") != null`)
	p.keys(kb.ArrowRight)
	p.wait(`document.querySelector(".arrow.up") != null`)
	p.wait(`document.querySelector(".side.kernel .result")?.textContent.includes("0x555555559000")`)
	p.keys(kb.ArrowLeft, kb.ArrowLeft)
	p.wait(`document.querySelector(".side.user .now b")?.textContent == "malloc" && document.querySelector(".arrow.none") != null`)
	p.click(`.controls button:nth-child(2)`)
	p.wait(`document.querySelector(".side.kernel .now b")?.textContent == "brk"`)
}

// TestPrint shows that what is printed is light and has no buttons.
func TestPrint(t *testing.T) {
	t.Parallel()
	l := desktop
	l.dark, l.print, l.hash = true, true, "#v=list"
	p := open(t, small(t), l)
	p.wait(`document.querySelectorAll(".line").length == 11`)
	p.wait(`getComputedStyle(document.querySelector(".tabs")).display == "none"`)
	if r, _, _, _ := p.picture("printed").At(2, 400).RGBA(); r>>8 < 200 {
		t.Error("the paper is dark")
	}
}

// TestPrintPicture prints the timeline of a dark page to a PDF file, and looks at what the
// browser had drawn for it.
func TestPrintPicture(t *testing.T) {
	t.Parallel()
	l := desktop
	l.dark = true
	p := open(t, small(t), l)
	const corner = `(() => {
		const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
		copy.drawImage(document.querySelector("canvas.picture"), 300, 300, 1, 1, 0, 0, 1, 1)
		return copy.getImageData(0, 0, 1, 1).data[0]
	})()`
	ask[any](p, `window.addEventListener("beforeprint", () => {
		const canvas = document.querySelector("canvas.picture")
		window.printed = `+corner+`
		window.shape = [canvas.width - canvas.clientWidth, canvas.height - canvas.clientHeight, canvas.width < 600]
	})`)
	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF())
	if err != nil || len(pdf) == 0 {
		t.Fatal(err)
	}
	if light := ask[int](p, `window.printed`); light < 200 {
		t.Errorf("the picture was drawn with a background of %d", light)
	}
	if !ask[bool](p, `window.shape.join() == "0,0,true"`) {
		t.Errorf("the picture was not drawn in the size of paper: %s", ask[string](p, `window.shape.join()`))
	}
	p.until("the page is not dark again", func() bool { return ask[int](p, corner) < 100 })
}

// TestTheme switches to dark by key, and back by the button.
func TestTheme(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	p.show("list")
	p.keys("t")
	p.wait(`getComputedStyle(document.documentElement).colorScheme == "dark"`)
	p.click(".theme")
	p.wait(`getComputedStyle(document.documentElement).colorScheme == "light"`)
}

// TestCutOff opens a page whose file ends in the middle, which says so and shows the rest.
func TestCutOff(t *testing.T) {
	t.Parallel()
	path := small(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.LastIndex(text, []byte("<script"))
	if err := os.WriteFile(path, text[:end], 0o666); err != nil {
		t.Fatal(err)
	}
	p := open(t, path, desktop)
	p.wait(`document.querySelector('.status [role="alert"]').textContent.includes("incomplete")`)
	p.show("list")
	p.wait(`document.querySelectorAll(".line").length == 11`)
}
