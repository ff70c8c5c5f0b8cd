package pagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"plait/event"
)

// filter types a filter, and waits until it has chosen.
func (p *page) filter(text string) {
	p.t.Helper()
	p.click("input")
	p.script(`document.querySelector("input").select()`)
	p.keys(text)
	p.wait(fmt.Sprintf(`location.hash.includes(new URLSearchParams({q: %s}))`, quoted(text)))
	p.script(`document.querySelector("input").blur()`)
}

// filtered waits until so many rows are chosen by a filter that the page itself has made.
func (p *page) filtered(text string, rows int) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`document.querySelector("input").value == %s`, quoted(text)))
	p.wait(fmt.Sprintf(`/^%d rows? of /.test(document.querySelector("#filter-state").textContent)`, rows))
}

// TestMapFilter counts what a typed filter chooses. A click on a ribbon chooses of that, and
// the other ribbons stay.
func TestMapFilter(t *testing.T) {
	t.Parallel()
	p := open(t, small(t), desktop)
	p.show("map")
	ribbons := func(n int, sum string) {
		t.Helper()
		p.wait(fmt.Sprintf(`document.querySelectorAll(".map-item.flow").length == %d && document.querySelector(".map-sum").textContent == %s`, n, quoted(sum)))
	}
	const all = "6 library calls, of which 3 entered the kernel. 4 system calls in all."
	ribbons(3, all)
	p.filter("kind:system !openat")
	const part = "The filter chooses 3 of 4 system calls and 0 of 6 library calls."
	ribbons(2, part)
	const ribbon = `.map-item.flow[aria-label^="malloc → brk: 2 system calls"]`
	p.click(ribbon)
	p.filtered("kind:system !openat brk in:malloc", 2)
	p.wait(`document.querySelector('` + ribbon + `').getAttribute("aria-pressed") == "true"`)
	ribbons(2, part)
	p.click(ribbon)
	p.filtered("kind:system !openat", 3)
	p.click(`.map-item.user[aria-label^="malloc: 2 system calls"]`)
	p.filtered("kind:system !openat in:malloc kind:system", 2)
	ribbons(2, part)

	p.show("list")
	p.filter(`"one`) // the quote is open
	p.show("map")
	ribbons(1, "The filter chooses 1 of 4 system calls and 1 of 6 library calls, of which 0 entered the kernel.")
	if idle := p.text("#view-map .map-idle button"); idle != "puts 1" {
		t.Errorf("of the chosen calls, %q never entered the kernel", idle)
	}
	p.click(`.map-item.flow[aria-label^="puts → write: 1 system call"]`)
	p.filtered(`"one" write in:puts`, 1)
	p.filter("malloc,free")
	ribbons(0, "The filter chooses 0 of 4 system calls and 3 of 6 library calls, of which 1 entered the kernel.")
	p.click("#view-map .map-hint button")
	p.filtered("in:malloc", 2)
	ribbons(1, "The filter chooses 2 of 4 system calls and 0 of 6 library calls.")
	p.filter("malloc") // as a click on malloc
	ribbons(3, all)
	p.wait(`document.querySelector('.map-item.user[aria-pressed="true"]').getAttribute("aria-label").startsWith("malloc")`)
}

// TestHeapFilter shows of the heap what the calls of one thread did, over the whole heap; the
// other thread frees its block. Its rows are:
//
//	0 malloc, 1 brk, 2 brk; 3 malloc of the other thread; 4 free of its block; 5 exit
func TestHeapFilter(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	m.thread(processID + 1)
	m.library(processID, "malloc", []event.Arg{arg("size", number(1000))}, func() {
		m.system(processID, "brk", nil, event.Pointer{Addr: 0x555555559000})
		m.system(processID, "brk", nil, event.Pointer{Addr: 0x55555557a000})
	}, event.Pointer{Addr: 0x5555555592a0})
	block := event.Pointer{Addr: 0x555555559700}
	m.library(processID+1, "malloc", []event.Arg{arg("size", number(300))}, nil, block)
	m.library(processID, "free", []event.Arg{arg("ptr", block)}, nil, event.Void{})
	m.exits()
	p := open(t, m.page(), desktop)
	p.show("heap")
	p.wait(`document.querySelector("#view-heap").dataset.steps == "5"`)
	sum := func(want string) {
		t.Helper()
		p.wait(`document.querySelector("#view-heap .map-sum").textContent == ` + quoted(want))
	}
	sites := func(want string) {
		t.Helper()
		p.wait(`[...document.querySelectorAll(".heap-sites tbody td:nth-child(n+3)")].map(cell => cell.textContent).join() == ` + quoted(want))
	}
	sum("2 allocations of 1.27 KiB in all, at most 1.27 KiB at a time. 1,000 bytes never freed.")
	whole := p.inks()
	p.filter(fmt.Sprint("thread:", processID+1))
	sum("The filter chooses 1 of 5 steps: 1 allocation of 300 bytes in all, at most 300 bytes at a time. All was freed.")
	sites("0 bytes,300 bytes,1,300 bytes")
	part := p.inks()
	if part.user == 0 || part.user >= whole.user || part.grey < 10*whole.grey {
		t.Errorf("without a filter %+v pixels are drawn, with it %+v", whole, part)
	}
	p.keys(kb.ArrowRight)
	p.wait(`location.hash.startsWith("#e=3&")`)
	p.keys(kb.ArrowRight, kb.ArrowLeft) // there is no other
	p.wait(`location.hash.startsWith("#e=3&")`)
	p.filter("free")
	sum("The filter chooses 1 of 5 steps: no allocation.")
	at := p.place(".heap-canvas")
	p.clickAt(float64(at.Min.X+at.Dx()/2), float64(at.Min.Y+40))
	p.selects("free")
	p.filter("puts")
	sum("The filter chooses 0 of 5 steps: no allocation.")
	p.show("list")
	p.filter("brk")
	p.show("heap")
	sum("The filter chooses 1 of 5 steps: no allocation.")
	p.clickAt(float64(at.Min.X+at.Dx()/2), float64(p.place(".heap-canvas").Max.Y-60))
	p.selects("brk")
	p.filter("kind:exit,brk") // a wrong filter chooses nothing
	sum("The filter chooses 0 of 5 steps: no allocation.")
}

// An ink is how many pixels of the heap's picture are blue, and of the grey of the whole heap.
type ink struct{ user, grey int }

func (p *page) inks() (n ink) {
	p.t.Helper()
	p.frames(3)
	picture, at := p.picture("inks"), p.place(".heap-canvas")
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			switch r, g, b, _ := picture.At(x, y).RGBA(); {
			case b>>8 > r>>8+60:
				n.user++
			case r>>8 == 0xe4 && g>>8 == 0xe3 && b>>8 == 0xde:
				n.grey++
			}
		}
	}
	return n
}

// TestLongAfterShort draws a long call that begins in the pixel in which a short one ended.
func TestLongAfterShort(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	m.system(processID, "getpid", nil, number(processID))
	m.call(processID, &event.Call{Kind: event.System, Name: "pause"}, func() { m.now = m.now.Add(20 * time.Millisecond) }, number(0))
	m.exits()
	p := open(t, m.page(), desktop)
	at := p.place("canvas.picture")
	soft := 0
	picture := p.picture("long")
	for y := at.Min.Y + 60; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			if r, g, b, _ := picture.At(x, y).RGBA(); r>>8 == 0xfd && g>>8 == 0xe4 && b>>8 == 0xda {
				soft++
			}
		}
	}
	if soft < 10000 {
		t.Errorf("the long call has %d pixels", soft)
	}
}
