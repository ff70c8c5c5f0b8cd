package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// maxRecording is how much more a trace may cost that is recorded than one that is
// written to /dev/null.
const maxRecording = 1.05

// recordRounds are the rounds of the loop, of four events each.
const recordRounds = 250000

// record compares a run that is recorded with one whose text goes to /dev/null, pinned, by
// the time of the processor, so many times each way. It returns an error if recording costs
// too much, or if plait needs too much memory to record or to replay.
func record(t tools, scale float64, runs, cpu int, w io.Writer) error {
	file := t.path("run.record")
	rounds := scaled(recordRounds, scale)
	var text, recorded []float64
	var peak int64
	for range runs {
		for _, way := range []struct {
			options []string
			into    *[]float64
		}{{[]string{"-o", "/dev/null"}, &text}, {[]string{"--record", file}, &recorded}} {
			plait := row{command: append([]string{t.plait, "--one-cpu"}, way.options...)}
			spent, most, err := spent(plait.argv(series{loop: []string{t.path("mallocloop")}}, rounds, cpu))
			if err != nil {
				return err
			}
			*way.into = append(*way.into, float64(spent))
			peak = max(peak, most)
		}
	}
	_, most, err := spent([]string{t.plait, "--replay", file, "-o", t.output()})
	if err != nil {
		return err
	}
	if err := (row{name: "replay", check: "malloc("}).checked(t.output(), rounds); err != nil {
		return err
	}
	return judgeRecord(4*rounds, time.Duration(median(text)), time.Duration(median(recorded)), max(peak, most), size(file), w)
}

// judgeRecord reports what recording costs, and returns an error if that is too much.
func judgeRecord(events int, text, recorded time.Duration, peak, bytes int64, w io.Writer) error {
	cost := float64(recorded) / float64(max(text, 1))
	fmt.Fprintf(w, "%d events: %v each as text to /dev/null, %v recorded, %.3f times that; %.1f bytes each; peak %d MiB\n",
		events, text/time.Duration(events), recorded/time.Duration(events), cost, float64(bytes)/float64(events), peak>>10)
	if peak >= maxPeak {
		return fmt.Errorf("plait had %d KiB, not under %d", peak, maxPeak)
	}
	if cost > maxRecording {
		return fmt.Errorf("recording costs %.3f times what text does, not at most %v (was the machine busy?)", cost, maxRecording)
	}
	return nil
}

// spent runs a command and returns the time that it and what it has waited for took of
// the processor, and the most memory it had, in KiB.
func spent(argv []string) (time.Duration, int64, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%q: %w", argv, err)
	}
	p := cmd.ProcessState
	return p.UserTime() + p.SystemTime(), p.SysUsage().(*syscall.Rusage).Maxrss, nil
}

// size returns the size of a file, 0 if it is not there.
func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
