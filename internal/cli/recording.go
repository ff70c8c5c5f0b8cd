package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"plait/event"
	"plait/output/narrow"
	"plait/ptrace"
	"plait/recording"
)

// Origin returns what a recording that begins now says of plait and the machine.
func Origin() recording.Header {
	h := recording.Header{
		Version: Version(), Argv: os.Args, Start: time.Now(),
		Clock: "CLOCK_REALTIME when the recording began, plus the time on CLOCK_MONOTONIC since; set anew if they differ by more than 1 ms",
	}
	var uts unix.Utsname
	if unix.Uname(&uts) == nil {
		h.Host, h.Machine = field(uts.Nodename[:]), field(uts.Machine[:])
		h.Kernel = field(uts.Sysname[:]) + " " + field(uts.Release[:]) + " " + field(uts.Version[:])
	}
	return h
}

func field(b []byte) string {
	text, _, _ := bytes.Cut(b, []byte{0})
	return string(text)
}

// OpenRecording opens a recording. The file is to be closed when all is read.
func OpenRecording(name string) (*recording.Reader, io.Closer, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, ErrnoOf(err)
	}
	r, err := recording.NewReader(f)
	if err != nil {
		_ = f.Close()
		return nil, nil, ErrnoOf(err)
	}
	return r, f, nil
}

// maxLosses bounds how many messages say what is missing of a recording.
const maxLosses = 5

// Play passes all events of a recording on. It says what is missing; then the status is
// not 0.
func Play(r *recording.Reader, out event.Sink, name string, u *UI) (status int) {
	losses := 0
	for {
		e, err := r.Next()
		switch loss, missing := errors.AsType[*recording.Loss](err); {
		case err == nil:
			_ = out.Emit(e) // reported by the target
		case err == io.EOF:
			if losses > maxLosses {
				u.Say("%s: something is missing at %d more places", name, losses-maxLosses)
			}
			return status
		case !missing:
			return u.Fail(fmt.Errorf("%s: %w", name, ErrnoOf(err)))
		default:
			status = StatusUsage
			if losses++; losses <= maxLosses {
				u.Say("%s: %s", name, loss.Error())
			}
		}
	}
}

// Surveyed returns a sink that passes on events to s, and before them what lies in memory
// where their addresses lead. With exact, it looks as often as needed to miss nothing.
func Surveyed(s event.Sink, exact bool) event.Sink {
	kernel := ptrace.New()
	return narrow.Survey{Sparing: !exact, Layout: func(pid int) (narrow.Layout, bool) {
		now, err := kernel.Layout(pid)
		l := narrow.Layout{Stack: now.Stack, Args: now.Args, Heap: now.Heap}
		for _, m := range now.Mappings {
			l.Mappings = append(l.Mappings, narrow.Mapping{Start: m.Start, End: m.End, Path: m.Path})
		}
		return l, err == nil
	}}.New(s)
}

// Steady returns a sink that passes on events to s with times that a recording can hold.
func Steady(s event.Sink) event.Sink { return &steadyClock{Sink: s} }

// A steadyClock passes on events with times that a recording can hold: those of the wall
// clock, which go on as the monotonic clock does, so that a replay has the same
// differences. If the wall clock is set, so are the times.
type steadyClock struct {
	event.Sink
	base time.Time // both clocks, when they were compared last
}

// maxSlip is how far the wall clock may be from the times that events have.
const maxSlip = time.Millisecond

// Emit implements event.Sink.
func (c *steadyClock) Emit(e event.Event) error {
	h := e.Header()
	if h.Time.IsZero() {
		return c.Sink.Emit(e)
	}
	if c.base.IsZero() {
		c.base = h.Time
	}
	steady := c.base.Round(0).Add(h.Time.Sub(c.base))
	if slip := h.Time.Round(0).Sub(steady); slip > maxSlip || slip < -maxSlip {
		c.base = h.Time
		steady = h.Time.Round(0)
	}
	h.Time = steady
	return c.Sink.Emit(e)
}
