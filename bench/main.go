package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	plait := flags.String("plait", "./plait", "the `program` to measure")
	root := flags.String("root", ".", "`folder` of the repository")
	rounds := flags.Int("rounds", 5, "how often everything is run")
	scale := flags.Float64("scale", 1, "make the loops so many times longer")
	cpu := flags.Int("cpu", runtime.NumCPU()-1, "the CPU for the pinned runs")
	onlyLong := flags.Bool("long", false, "instead, trace ten million events: does plait grow or slow down?")
	onlyRecord := flags.Bool("record", false, "instead, compare a run that is recorded with one that is written to /dev/null")
	markdown := flags.Bool("markdown", false, "print tables for docs/PERFORMANCE.md")
	if err := flags.Parse(args); err != nil {
		return err
	}
	path, err := filepath.Abs(*plait)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "plait-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t := tools{plait: path, dir: dir}
	if err := t.compile(*root); err != nil {
		return err
	}
	if *onlyLong {
		return long(t, *scale, stdout)
	}
	if *onlyRecord {
		return record(t, *scale, *rounds, *cpu, stdout)
	}
	r := report{
		machine: describeMachine() + "; " + describeLoad() + "; " + versions(path),
		command: strings.Join(append([]string{"bench"}, args...), " "),
		date:    time.Now(),
		rounds:  *rounds,
	}
	for _, s := range t.all(*scale) {
		table, err := measure(s, t, *rounds, *cpu, func(text string) { fmt.Fprintln(stderr, text) })
		if err != nil {
			return err
		}
		r.tables = append(r.tables, table)
	}
	return r.write(stdout, *markdown)
}
