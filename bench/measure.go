package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// A result has what one tool took, one element for each round.
type result struct {
	perCall []float64 // microseconds
	start   []float64 // milliseconds, for an empty loop
	peak    []float64 // MiB, peak of the tool or the program, whichever had more
}

// A table has the results of a series.
type table struct {
	series          series
	rows            []row
	missing         []string
	pinned, roaming map[string]*result // by name of row
}

// measure runs a series for some rounds. Within a round every tool runs once
// roaming and once pinned to cpu, so that all see the same machine.
func measure(s series, t tools, rounds, cpu int, progress func(string)) (table, error) {
	rows, missing := s.installed()
	out := table{series: s, rows: rows, missing: missing, pinned: map[string]*result{}, roaming: map[string]*result{}}
	for _, r := range rows {
		out.pinned[r.name], out.roaming[r.name] = &result{}, &result{}
	}
	for round := range rounds {
		progress(fmt.Sprintf("%s: round %d of %d", s.name, round+1, rounds))
		for _, r := range rows {
			if err := once(s, r, t, -1, out.roaming[r.name]); err != nil {
				return out, err
			}
			if r.unpinned {
				continue
			}
			if err := once(s, r, t, cpu, out.pinned[r.name]); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// once adds one run of a tool to its result.
func once(s series, r row, t tools, cpu int, to *result) error {
	n := s.count * max(r.factor, 1)
	empty, _, err := elapsed(r.argv(s, 0, cpu))
	if err != nil {
		return err
	}
	full, peak, err := elapsed(r.argv(s, n, cpu))
	if err != nil {
		return err
	}
	to.peak = append(to.peak, float64(peak)/1024)
	to.start = append(to.start, float64(empty)/float64(time.Millisecond))
	to.perCall = append(to.perCall, max(float64(full-empty), 0)/float64(time.Microsecond)/float64(n*s.calls))
	return r.checked(t.output(), n)
}

// elapsed runs a command and returns the time it took and the most memory it had,
// in KiB.
func elapsed(argv []string) (time.Duration, int64, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stderr = os.Stderr // standard output goes nowhere
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%q: %w", argv, err)
	}
	took := time.Since(begin)
	return took, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss, nil
}

// median returns the middle of the values, 0 if there are none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}

// countLines counts the lines of a file that begin with prefix.
func countLines(path, prefix string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n := 0
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if bytes.HasPrefix(lines.Bytes(), []byte(prefix)) {
			n++
		}
	}
	return n, lines.Err()
}
