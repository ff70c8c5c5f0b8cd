package cli

import (
	"fmt"
	"sync/atomic"
	"time"

	"plait/event"
)

// A Progress is an event.Sink that passes events on, and shows on a terminal how many
// there were, while nothing else is shown. The line is gone when the Progress ends.
type Progress struct {
	event.Sink
	ui     *UI
	events atomic.Int64
	begun  time.Time
	stop   chan struct{}
	done   chan struct{}
}

// When the line is shown first, and how often it changes. Short runs do without.
const (
	progressAfter = time.Second
	progressEvery = 500 * time.Millisecond
)

// ShowProgress returns a Progress that passes events on to s. It must be ended.
func (u *UI) ShowProgress(s event.Sink) *Progress {
	p := &Progress{Sink: s, ui: u, begun: time.Now(), stop: make(chan struct{}), done: make(chan struct{})}
	go p.run()
	return p
}

// Emit passes e on.
func (p *Progress) Emit(e event.Event) error {
	p.events.Add(1)
	return p.Sink.Emit(e)
}

// End takes the line away. It does not close the sink behind.
func (p *Progress) End() {
	close(p.stop)
	<-p.done
}

func (p *Progress) run() {
	defer close(p.done)
	wait, last := progressAfter, int64(0)
	for drawn := false; ; drawn = true {
		select {
		case <-p.stop:
			if drawn {
				p.ui.ClearProgress()
			}
			return
		case <-time.After(wait):
		}
		n := p.events.Load()
		p.draw(progressText(n, float64(n-last)/wait.Seconds(), time.Since(p.begun)))
		wait, last = progressEvery, n
	}
}

func (p *Progress) draw(text string) {
	p.ui.drawn.Store(true)
	p.ui.async().Print(eraseLine + text)
}

// progressText returns the line.
func progressText(events int64, rate float64, passed time.Duration) string {
	return fmt.Sprintf("plait: %d events, %.0f a second, %s", events, rate, passed.Truncate(time.Second))
}

// ClearProgress takes the line of a Progress away for the moment: something else is about to
// be written.
func (u *UI) ClearProgress() { u.async().Print(u.erasure()) }

// eraseLine takes a line away from a terminal (ECMA-48, EL).
const eraseLine = "\r\x1b[K"

// erasure returns what takes the line of a Progress away, if there is one.
func (u *UI) erasure() string {
	if u.drawn.Swap(false) {
		return eraseLine
	}
	return ""
}
