package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// A series is one loop under several tools.
type series struct {
	name  string
	unit  string   // what one call is: "library call"
	loop  []string // the program; its last argument, the number of rounds, is added
	calls int      // calls in one round of the loop
	count int      // rounds of the loop under a tracer
	dir   string   // if set, the last argument is a folder in it, named by the number
	rows  []row
}

// A row is one tool of a series.
type row struct {
	name    string
	command []string // in front of the program
	factor  int      // makes the loop that many times longer, because the tool is fast
	replay  []string // prints the trace, if the tool does not write it to -o
	check   string   // if set, as many lines of the trace as there are rounds must begin with it

	unpinned bool // on one CPU it would keep the program from running
}

// The least that a tracer with stops can cost. The tracer sleeps between stops, or asks
// for the next one again and again. Which is cheaper depends on the machine.
const (
	bareStops    = "bare stops"
	bareSpinning = "bare stops, spinning"
)

// tools are the programs that are compared.
type tools struct {
	plait string // path
	dir   string // for what is compiled and written
}

// output returns where a tracer writes its trace: to a file, as in real use.
func (t tools) output() string { return filepath.Join(t.dir, "trace.txt") }

// compile builds the loops and bare.c from the repository at root.
func (t tools) compile(root string) error {
	for _, build := range [][]string{
		{"-O2", "-o", t.path("bare"), filepath.Join(root, "bench/bare/bare.c")},
		{"-O1", "-fno-builtin", "-no-pie", "-Wl,-z,now", "-o", t.path("mallocloop"), filepath.Join(root, "testdata/tracees/mallocloop.c")},
		{"-O1", "-fno-builtin", "-no-pie", "-Wl,-z,now", "-o", t.path("stringloop"), filepath.Join(root, "testdata/tracees/stringloop.c")},
		{"-O1", "-o", t.path("getppidloop"), filepath.Join(root, "testdata/tracees/getppidloop.c")},
		{"-O1", "-o", t.path("preadloop"), filepath.Join(root, "testdata/tracees/preadloop.c")},
	} {
		if text, err := exec.Command("gcc", build...).CombinedOutput(); err != nil {
			return fmt.Errorf("gcc %q: %w\n%s", build, err, text)
		}
	}
	return t.folders()
}

func (t tools) path(name string) string { return filepath.Join(t.dir, name) }

// all returns the measurements, with loops scaled by scale.
func (t tools) all(scale float64) []series {
	return slices.Concat(t.libraryCalls(scale), t.systemCalls(scale), t.realPrograms())
}

// uftrace records calls inside the program itself, with their arguments.
func (t tools) uftrace(check string) row {
	dir := t.path("uftrace.data")
	return row{
		name: "uftrace record", command: []string{"uftrace", "record", "--force", "-a", "-d", dir}, factor: 10,
		replay: []string{"uftrace", "replay", "-f", "none", "-d", dir}, check: check,
	}
}

func (t tools) libraryCalls(scale float64) []series {
	out := t.output()
	return []series{
		{
			name: "library calls: malloc and free", unit: "library call", loop: []string{t.path("mallocloop")}, calls: 2, count: scaled(20000, scale),
			rows: []row{
				{name: "plait", command: []string{t.plait, "-o", out}, check: "malloc("},
				{name: "plait --one-cpu", command: []string{t.plait, "--one-cpu", "-o", out}, check: "malloc("},
				{name: "plait --engine=inline", command: []string{t.plait, "--engine=inline", "-o", out}, factor: 10, check: "malloc("},
				{name: "plait --engine=inline -c", command: []string{t.plait, "--engine=inline", "-c", "-o", out}, factor: 10, check: "malloc"},
				{name: "ltrace", command: []string{"ltrace", "-o", out}, check: "malloc("},
				{name: bareStops, command: []string{t.path("bare"), "calls"}},
				{name: bareSpinning, command: []string{t.path("bare"), "calls-spin"}, unpinned: true},
				t.uftrace("malloc("),
				{name: "native", factor: 100},
			},
		},
		{
			name: "library calls with texts: strcmp and strlen", unit: "library call", loop: []string{t.path("stringloop")}, calls: 2, count: scaled(10000, scale),
			rows: []row{
				{name: "plait", command: []string{t.plait, "-o", out}, check: "strcmp("},
				{name: "plait --engine=inline", command: []string{t.plait, "--engine=inline", "-o", out}, factor: 10, check: "strcmp("},
				{name: "ltrace", command: []string{"ltrace", "-o", out}, check: "strcmp("},
				t.uftrace("strcmp("),
				{name: "native", factor: 100},
			},
		},
	}
}

func (t tools) systemCalls(scale float64) []series {
	out := t.output()
	return []series{
		{
			name: "system calls: getppid", unit: "system call", loop: []string{t.path("getppidloop")}, calls: 1, count: scaled(100000, scale),
			rows: []row{
				{name: "plait -L -S", command: []string{t.plait, "-L", "-S", "-o", out}, check: "SYS_getppid("},
				{name: "plait -L -S --one-cpu", command: []string{t.plait, "-L", "-S", "--one-cpu", "-o", out}, check: "SYS_getppid("},
				{name: "strace", command: []string{"strace", "-o", out}, check: "getppid("},
				{name: bareStops, command: []string{t.path("bare"), "syscalls"}},
				{name: bareSpinning, command: []string{t.path("bare"), "syscalls-spin"}, unpinned: true},
				{name: "native", factor: 20},
			},
		},
		{
			name: "system calls that nobody wants to see: getppid, traced for write", unit: "system call",
			loop: []string{t.path("getppidloop")}, calls: 1, count: scaled(2000000, scale),
			rows: []row{
				{name: "plait -L -e trace=write", command: []string{t.plait, "-L", "-e", "trace=write", "-o", out}},
				{name: "strace -f --seccomp-bpf", command: []string{"strace", "-f", "--seccomp-bpf", "-e", "trace=write", "-o", out}},
				{name: "native"},
			},
		},
		{
			name: "the same of calls that do some work: pread of 4 KiB, traced for write", unit: "system call",
			loop: []string{t.path("preadloop")}, calls: 1, count: scaled(1000000, scale),
			rows: []row{
				{name: "plait -L -e trace=write", command: []string{t.plait, "-L", "-e", "trace=write", "-o", out}},
				{name: "strace -f --seccomp-bpf", command: []string{"strace", "-f", "--seccomp-bpf", "-e", "trace=write", "-o", out}},
				{name: "native"},
			},
		},
	}
}

// realPrograms are programs of the system, as users run them.
func (t tools) realPrograms() []series {
	out := t.output()
	list := []string{"ls", "-l"}
	return []series{
		{
			name: "a real program's library calls: ls -l /etc", unit: "run", loop: list, calls: 1, count: 1, dir: t.path("folders"),
			rows: []row{
				{name: "plait", command: []string{t.plait, "-o", out}, check: "opendir("},
				{name: "ltrace", command: []string{"ltrace", "-o", out}, check: "opendir("},
				{name: "native"},
			},
		},
		{
			name: "a real program's system calls: ls -l /etc", unit: "run", loop: list, calls: 1, count: 1, dir: t.path("folders"),
			rows: []row{
				{name: "plait --as strace", command: []string{t.plait, "--as", "strace", "-o", out}, check: "exit_group("},
				{name: "strace", command: []string{"strace", "-o", out}, check: "exit_group("},
				{name: "native"},
			},
		},
	}
}

// folders makes the folders to list: 0 is empty, 1 is /etc.
func (t tools) folders() error {
	dir := t.path("folders")
	return errors.Join(os.MkdirAll(filepath.Join(dir, "0"), 0o777), os.Symlink("/etc", filepath.Join(dir, "1")))
}

func scaled(n int, scale float64) int { return max(int(float64(n)*scale), 1) }

// argv returns the command that runs the loop of s n times under the tool, on one CPU
// if cpu is not negative.
func (r row) argv(s series, n, cpu int) []string {
	argv := append([]string{}, r.command...)
	if cpu >= 0 {
		argv = append([]string{"taskset", "-c", strconv.Itoa(cpu)}, argv...)
	}
	last := strconv.Itoa(n)
	if s.dir != "" {
		last = filepath.Join(s.dir, last) + "/"
	}
	return append(append(argv, s.loop...), last)
}

// installed returns the rows whose tools are installed, and the names of the others.
func (s series) installed() (rows []row, missing []string) {
	for _, r := range s.rows {
		if len(r.command) > 0 {
			if _, err := exec.LookPath(r.command[0]); err != nil {
				missing = append(missing, r.name)
				continue
			}
		}
		rows = append(rows, r)
	}
	return rows, missing
}

// checked checks that a tool did what it was measured for.
func (r row) checked(path string, want int) error {
	if r.check == "" {
		return nil
	}
	if len(r.replay) > 0 {
		if err := writeOutput(path, r.replay); err != nil {
			return err
		}
	}
	got, err := countLines(path, r.check)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("%s wrote %d lines that begin with %q, not %d", r.name, got, r.check, want)
	}
	return nil
}

// writeOutput writes what a command prints to a file. It must not hold that in memory,
// because the programs that we start begin with our own peak.
func writeOutput(path string, argv []string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdout = f
	return errors.Join(cmd.Run(), f.Close())
}
