package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A report says where and how the tables were made.
type report struct {
	machine string
	command string
	date    time.Time
	rounds  int
	tables  []table
}

// describeMachine names the processor and the kernel.
func describeMachine() string {
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	kernel := "unknown kernel"
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		kernel = "Linux " + strings.TrimSpace(string(text))
	}
	return fmt.Sprintf("%s, %d CPUs, %s", model, runtime.NumCPU(), kernel)
}

// describeLoad says how busy the machine was, because figures from a busy one do not
// count.
func describeLoad() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "load unknown"
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return "load unknown"
	}
	return "load before the run " + fields[0] + " (one minute), " + fields[1] + " (five)"
}

// versions asks the tools for their versions.
func versions(plait string) string {
	var names []string
	for _, command := range [][]string{{plait, "-V"}, {"ltrace", "-V"}, {"strace", "-V"}, {"uftrace", "--version"}} {
		text, err := exec.Command(command[0], command[1:]...).CombinedOutput()
		line, _, _ := bytes.Cut(text, []byte("\n"))
		if err == nil {
			names = append(names, strings.TrimSuffix(string(line), "."))
		}
	}
	return strings.Join(names, "; ")
}

// lines returns a table as cells: a heading, and one line for each tool.
func (t table) lines() [][]string {
	first := t.rows[0].name
	lines := [][]string{{"", "roaming µs", "pinned µs", "start ms", "peak MiB", first + " is", "pinned"}}
	for _, r := range t.rows {
		roaming, pinned := t.roaming[r.name], t.pinned[r.name]
		lines = append(lines, []string{
			r.name,
			fmt.Sprintf("%.2f", median(roaming.perCall)),
			figure(pinned.perCall),
			fmt.Sprintf("%.0f", median(roaming.start)),
			fmt.Sprintf("%.0f", median(roaming.peak)),
			ratio(median(t.roaming[first].perCall), median(roaming.perCall)),
			ratio(median(t.pinned[first].perCall), median(pinned.perCall)),
		})
	}
	return lines
}

// figure returns the median as text, "-" if there are no values.
func figure(values []float64) string {
	if len(values) == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", median(values))
}

// ratio returns a/b as text, with few digits.
func ratio(a, b float64) string {
	switch {
	case b == 0:
		return "-"
	case a/b >= 10:
		return fmt.Sprintf("%.0f×", a/b)
	}
	return fmt.Sprintf("%.2f×", a/b)
}

func (r report) write(w io.Writer, markdown bool) error {
	var text strings.Builder
	for _, line := range []string{
		"Machine: " + r.machine + r.stops(),
		"Date: " + r.date.Format(time.DateOnly),
		"Command: " + r.command,
		fmt.Sprintf("Medians of %d rounds; the tools take turns, and traces go to a file. The time of an empty loop (start) is subtracted.", r.rounds),
		"Roaming: tracer and program on any CPU. Pinned: both on one CPU.",
	} {
		text.WriteString(line + "\n")
		if markdown {
			text.WriteByte('\n')
		}
	}
	for _, t := range r.tables {
		t.write(&text, markdown)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// stops says what a stop alone costs, which depends on the machine.
func (r report) stops() string {
	for _, t := range r.tables {
		asleep, spinning := t.roaming[bareStops], t.roaming[bareSpinning]
		if asleep == nil || spinning == nil {
			continue
		}
		return fmt.Sprintf("; the two bare stops of a %s take %.1f µs where the tracer sleeps between them and %.1f µs where it spins, %.1f µs on one CPU",
			t.series.unit, median(asleep.perCall), median(spinning.perCall), median(t.pinned[bareStops].perCall))
	}
	return ""
}

func (t table) write(text *strings.Builder, markdown bool) {
	title := fmt.Sprintf("%s (%d per run, time per %s)", t.series.name, t.series.count*t.series.calls, t.series.unit)
	if markdown {
		fmt.Fprintf(text, "## %s\n\n", title)
		for i, line := range t.lines() {
			text.WriteString("| " + strings.Join(line, " | ") + " |\n")
			if i == 0 {
				text.WriteString("|---" + strings.Repeat("|---:", len(line)-1) + "|\n")
			}
		}
		text.WriteByte('\n')
	} else {
		fmt.Fprintf(text, "\n%s\n", title)
		columns := tabwriter.NewWriter(text, 0, 0, 3, ' ', tabwriter.AlignRight)
		for _, line := range t.lines() {
			fmt.Fprintln(columns, strings.Join(line, "\t")+"\t")
		}
		_ = columns.Flush() // a strings.Builder takes everything
	}
	if len(t.missing) > 0 {
		fmt.Fprintf(text, "not installed: %s\n", strings.Join(slices.Sorted(slices.Values(t.missing)), ", "))
	}
}
