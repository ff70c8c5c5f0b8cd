package main

import (
	"fmt"
	"io"
	"time"
)

// The limits of a long run, compared with a short one.
const (
	maxPeak  = 64 << 10 // KiB
	maxRatio = 1.2      // of the cost of an event
)

// Rounds of the loop. A round makes two library calls, which are two events each.
const (
	longRounds  = 2500000
	shortRounds = 25000
	shortRuns   = 5
)

// A stretch is one run of the loop under plait.
type stretch struct {
	events   int
	perEvent time.Duration
	peak     int64 // peak of plait's memory, in KiB
}

// long traces a loop of about ten million events, with short runs before and after. It
// returns an error if plait's memory grew or plait slowed down during the long run.
func long(t tools, scale float64, w io.Writer) error {
	var short []float64
	shorts := func() error {
		for range shortRuns {
			s, err := t.stretch(scaled(shortRounds, scale))
			if err != nil {
				return err
			}
			short = append(short, float64(s.perEvent))
		}
		return nil
	}
	if err := shorts(); err != nil {
		return err
	}
	l, err := t.stretch(scaled(longRounds, scale))
	if err != nil {
		return err
	}
	if err := shorts(); err != nil {
		return err
	}
	return l.judge(time.Duration(median(short)), w)
}

// judge reports a long run and returns an error if it exceeds the limits.
func (l stretch) judge(short time.Duration, w io.Writer) error {
	cost := float64(l.perEvent) / float64(max(short, 1))
	fmt.Fprintf(w, "%d events, %v each, %.2f times that of a short run (%v); peak %d MiB\n",
		l.events, l.perEvent, cost, short, l.peak>>10)
	if l.peak >= maxPeak {
		return fmt.Errorf("plait had %d KiB, not under %d", l.peak, maxPeak)
	}
	if cost > maxRatio {
		return fmt.Errorf("an event of a long run costs %.2f times that of a short one, not at most %v (was the machine busy?)", cost, maxRatio)
	}
	return nil
}

// stretch runs the loop under plait and checks that every call is in the trace.
func (t tools) stretch(rounds int) (stretch, error) {
	r := row{name: "plait", command: []string{t.plait, "--one-cpu", "-o", t.output()}, check: "malloc("}
	s := series{loop: []string{t.path("mallocloop")}}
	empty, _, err := elapsed(r.argv(s, 0, -1))
	if err != nil {
		return stretch{}, err
	}
	took, peak, err := elapsed(r.argv(s, rounds, -1))
	if err != nil {
		return stretch{}, err
	}
	events := 4 * rounds
	return stretch{events, (took - empty) / time.Duration(events), peak}, r.checked(t.output(), rounds)
}
