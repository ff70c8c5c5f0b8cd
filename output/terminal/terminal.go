package terminal

import (
	"bytes"
	"io"
	"strconv"
	"sync"
	"time"
)

// holdTime is how long text is held back at most: a reader does not notice it.
const holdTime = 50 * time.Millisecond

// A Target is what a Writer writes to. WriteAsync is for other goroutines than that which
// calls the Writer: it does not wait.
type Target interface {
	io.Writer
	WriteAsync(p []byte) (int, error)
}

// Options say how lines look.
type Options struct {
	Width func() int // columns of the terminal; nil, or 0 if it is not known: lines are not cut
	UTF8  bool       // signs beyond ASCII
}

// A Writer writes lines to a terminal. It is safe for concurrent use.
type Writer struct {
	mu      sync.Mutex
	to      Target
	o       Options
	line    []byte    // a whole line that is held back
	repeats int       // how often; 0: there is none
	begin   []byte    // the beginning of the line that follows, as far as it is held back
	shown   int       // columns of it that were written
	open    bool      // the beginning was written, or a part of it
	cut     bool      // it has reached the terminal's edge
	since   time.Time // when what is held back began
	timer   *time.Timer
	ticking bool
	err     error // of a write from the timer
}

// New returns a Writer.
func New(to Target, o Options) *Writer { return &Writer{to: to, o: o} }

// Write takes text, of which a part may be held back. The error may be that of a write
// before.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []byte
	n := len(p)
	for len(p) > 0 {
		if w.repeats == 0 && len(w.begin) == 0 {
			w.since = time.Now()
		}
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			w.begin = append(w.begin, p...)
			break
		}
		w.begin = append(w.begin, p[:end]...)
		out = w.endLine(out)
		p = p[end+1:]
	}
	if w.repeats > 0 && len(w.begin) > 0 && !bytes.HasPrefix(w.line, w.begin) {
		out = w.appendLine(out)
		w.since = time.Now()
	}
	w.startTimer()
	return n, w.write(out, w.to.Write)
}

func (w *Writer) write(out []byte, write func([]byte) (int, error)) error {
	if len(out) > 0 && w.err == nil {
		_, w.err = write(out)
	}
	return w.err
}

// endLine takes the line that has just become whole: it is one more like that before, or
// is held back in its place.
func (w *Writer) endLine(out []byte) []byte {
	switch {
	case w.open:
		out = w.appendBegin(out)
		out = append(out, '\n')
		w.open, w.cut, w.shown = false, false, 0
	case w.repeats > 0 && bytes.Equal(w.line, w.begin):
		w.repeats++
		w.begin = w.begin[:0]
	default:
		out = w.appendLine(out)
		w.line, w.begin = w.begin, w.line[:0]
		w.repeats, w.since = 1, time.Now()
	}
	return out
}

// appendLine appends the line that is held back, if there is one.
func (w *Writer) appendLine(out []byte) []byte {
	if w.repeats == 0 {
		return out
	}
	suffix := ""
	if w.repeats > 1 {
		suffix = w.times() + strconv.Itoa(w.repeats)
	}
	out = w.fit(out, w.line, w.columns()-width([]byte(suffix)))
	out = append(append(out, suffix...), '\n')
	w.repeats = 0
	return out
}

func (w *Writer) times() string {
	if w.o.UTF8 {
		return " ×"
	}
	return " x"
}

// appendBegin appends what is held back of the beginning of a line.
func (w *Writer) appendBegin(out []byte) []byte {
	if room := w.columns() - w.shown; !w.cut {
		had := len(out)
		out = w.fit(out, w.begin, room)
		w.cut = width(w.begin) > room
		w.shown += width(out[had:])
	}
	w.begin = w.begin[:0]
	return out
}

// unlimited is more columns than any terminal has.
const unlimited = 1 << 30

// columns is how many columns a line may take: not the last one, where terminals begin a
// line of their own.
func (w *Writer) columns() int {
	if w.o.Width == nil {
		return unlimited
	}
	if n := w.o.Width(); n > 0 {
		return max(n-1, 20)
	}
	return unlimited
}

// startTimer bounds how long text is held back.
func (w *Writer) startTimer() {
	if w.repeats == 0 && len(w.begin) == 0 {
		return
	}
	if w.ticking {
		return
	}
	w.ticking = true
	if w.timer == nil {
		w.timer = time.AfterFunc(holdTime, w.tick)
		return
	}
	w.timer.Reset(holdTime)
}

// tick writes what is held back, unless something has come since the timer was set: then
// it waits for a moment more.
func (w *Writer) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ticking = false
	if left := holdTime - time.Since(w.since); left > 0 {
		w.ticking = true
		w.timer.Reset(left)
		return
	}
	_ = w.write(w.all(nil), w.to.WriteAsync)
}

// all appends all that is held back.
func (w *Writer) all(out []byte) []byte {
	out = w.appendLine(out)
	if len(w.begin) > 0 {
		w.open = true
		out = w.appendBegin(out)
	}
	return out
}

// Flush writes all that is held back.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
		w.ticking = false
	}
	return w.write(w.all(nil), w.to.Write)
}
