package pagetest

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"

	"plait/event"
)

const million = 1_000_000

// BenchmarkMillion measures the page of a million calls: the file's size, the time that the
// browser works until the first picture, and its script's time for a frame while one pans.
func BenchmarkMillion(b *testing.B) {
	path := busy(b, million)
	file, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		before := processorTime(b)
		p := open(b, path, desktop)
		after := processorTime(b)
		b.ReportMetric(float64(file.Size())/1e6, "MB")
		b.ReportMetric(after-before, "s-of-CPU-to-picture")
		b.ReportMetric(ask[float64](p, `performance.getEntriesByName("plait:first-picture")[0].startTime`), "ms-to-picture")
		frames := p.pan()
		b.ReportMetric(frames[len(frames)/2], "ms/frame")
		b.ReportMetric(frames[len(frames)*95/100], "ms/frame-of-95-in-100")
	}
	b.ReportMetric(0, "ns/op") // it says nothing here
}

// busy is the page of a program with eight threads and that many calls: for each of
// seven library calls, three system calls.
func busy(b testing.TB, calls int) string {
	m := newMaker(b)
	for tid := processID + 1; tid < processID+8; tid++ {
		m.thread(tid)
	}
	for i := 0; i < calls; i += 10 {
		tid := processID + i/1000%8
		block := event.Pointer{Addr: 0x555500000000 + uint64(i%7919)*64}
		m.library(tid, "malloc", []event.Arg{arg("size", number(16+i%4096))}, nil, block)
		m.library(tid, "snprintf", []event.Arg{arg("s", event.Pointer{Addr: block.Addr}), arg("format", event.Str{Text: "%d: %s"}), arg("", number(i))}, nil, number(20))
		for range 3 {
			m.library(tid, "fputs", []event.Arg{arg("s", event.Str{Text: fmt.Sprintf("line %d", i)}), arg("stream", event.Pointer{Addr: 0x7fff00000000})}, nil, number(1))
		}
		m.library(tid, "fflush", []event.Arg{arg("stream", event.Pointer{Addr: 0x7fff00000000})}, func() {
			for n := range 3 {
				m.system(tid, []string{"write", "fstat", "lseek"}[n], []event.Arg{arg("fd", event.FD{Num: 3 + i%20}), arg("buf", event.Str{Text: fmt.Sprintf("line %d\n", i)})}, number(12))
			}
		}, number(0))
		m.library(tid, "free", []event.Arg{arg("ptr", block)}, nil, event.Void{})
	}
	m.exits()
	return m.page()
}

// pan drags the timeline about when it shows a tenth of the trace, and returns how long the
// script worked for each frame, in milliseconds, in order of length.
func (p *page) pan() []float64 {
	p.t.Helper()
	p.keys("+", "+", "+", "+", "+")
	at := p.place("canvas.picture")
	ask[any](p, `performance.clearMeasures("plait:frame")`)
	x, y := float64(at.Min.X+at.Dx()/2), float64(at.Max.Y-50)
	p.do(chromedp.DragAndDropXY(x, y, x-400, y, 60), chromedp.DragAndDropXY(x-400, y, x+400, y, 120))
	frames := ask[[]float64](p, `performance.getEntriesByName("plait:frame").map(frame => frame.duration)`)
	if len(frames) < 30 {
		p.t.Fatalf("only %d frames", len(frames))
	}
	slices.Sort(frames)
	return frames
}

// processorTime returns the seconds for which the browser's processes have used a processor.
func processorTime(b testing.TB) (sum float64) {
	info, err := chromedp.CallBrowser(browser, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		b.Fatal(err)
	}
	for _, process := range info.ProcessInfo {
		sum += process.CPUTime
	}
	return sum
}
