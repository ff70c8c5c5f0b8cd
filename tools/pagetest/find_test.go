package pagetest

import (
	"fmt"
	"image"
	"testing"

	"plait/event"
)

// asking allocates until malloc must ask the kernel for more, which one of its lines does.
const asking = `
#include <stdlib.h>
int main(void) {
	char *small = malloc(100);
	char *large =
		malloc(120000);
	char *larger =
		malloc(121000);
	free(small);
	return large == larger;
}
`

// TestThreeClicksLive finds out which malloc of a real program moved the program break for the
// second time: the heap, the step in the curve, the call around it.
func TestThreeClicksLive(t *testing.T) {
	t.Parallel()
	p := open(t, live(t, compile(t, asking)), desktop)
	p.click("#tab-heap") // one
	p.wait(`document.querySelector("#view-heap").dataset.steps`)
	p.frames(3)
	at := p.place(".heap-canvas")
	var edges []image.Point
	p.until("the curve of the break has no steps", func() bool { edges = p.edges(at); return len(edges) >= 2 })
	p.clickAt(float64(edges[1].X), float64(edges[1].Y)) // two
	p.selects("brk")
	p.click(`.panel .links li:last-child .link.user`) // three
	p.selects("malloc")
	p.wait(`document.querySelector(".panel .facts").textContent.includes("121000")`)
	p.wait(`document.querySelector(".panel .stack").textContent.includes("prog.c:8")`)
}

// edges returns the steps up of the curve of the program break: pixels in the middle of them.
func (p *page) edges(at image.Rectangle) (list []image.Point) {
	picture := p.picture("edges")
	for x := at.Min.X; x < at.Max.X; x++ {
		reds, sum := 0, 0
		for y := at.Min.Y; y < at.Max.Y; y++ {
			if r, g, b, _ := picture.At(x, y).RGBA(); r>>8 > 180 && g>>8 < 130 && b>>8 < 110 {
				reds, sum = reds+1, sum+y
			}
		}
		if reds > 12 && (len(list) == 0 || x-list[len(list)-1].X > 3) {
			list = append(list, image.Pt(x, sum/reds))
		}
	}
	return list
}

// TestManyUses selects a use of a stream that very many calls use: the nearest are marked, and
// how many are not is said.
func TestManyUses(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	stream := event.Pointer{Addr: 0x7fff00000000}
	m.library(processID, "fopen", nil, nil, stream)
	const calls = 3000
	for n := range calls {
		m.library(processID, "fputs", []event.Arg{arg("n", number(n)), arg("stream", stream)}, nil, number(1))
	}
	m.exits()
	l := desktop
	l.hash = "#v=list&e=2000"
	p := open(t, m.page(), l)
	p.wait(fmt.Sprintf(`document.querySelector(".uses")?.textContent.includes("%s uses farther away are left out")`, thousands(calls+1-1002)))
	p.wait(`document.querySelector(".uses .link").textContent.startsWith("fopen")`)
	p.wait(`document.querySelector("#line-1999.use") && document.querySelector("#line-2001.use")`)
}
