package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plait/internal/cli/clitest"
)

// TestConfirmStrace compares the system calls that plait reports with those of strace:
// their names, order and results. Addresses may differ, so only their kind counts.
func TestConfirmStrace(t *testing.T) {
	clitest.Need(t, "strace")
	build := newBuilder(t)
	for _, command := range [][]string{
		{"cookbook.c"}, {"badpointers.c"}, {"sigtrap.c"}, {"handlers.c"}, {"static.c", "-static"},
		{"/bin/ls", "/"}, {"/bin/cat", "/etc/passwd"}, {"/usr/bin/id", "-u"}, {"/bin/sh", "-c", "exit 3"},
	} {
		t.Run(filepath.Base(command[0]), func(t *testing.T) {
			argv := traceeCommand(t, build, command)
			want := systemCalls(tracedBy(t, argv, "strace"))
			got := systemCalls(tracedBy(t, argv, "plait", "-L", "-S"))
			if len(want) > 0 && strings.HasPrefix(want[0], "execve ") {
				want = want[1:] // ltrace's habit: the execve(2) that launched the program is not shown
			}
			compare(t, got, want)
		})
	}
}

// TestConfirmLtrace compares the library calls that plait reports with those of ltrace,
// for programs that ltrace traces correctly.
func TestConfirmLtrace(t *testing.T) {
	clitest.Need(t, "ltrace")
	clitest.Need(t, "ld.gold") // GNU ld's .plt.got hides calls from ltrace
	build := newBuilder(t)
	for _, command := range [][]string{
		{"calls.c", "-fno-builtin", "-lm"}, {"cookbook.c"}, {"tailcall.c", "-O1", "-fno-builtin"},
		{"handlers.c", "-fno-builtin"}, {"nested.c"}, {"recursion.c"},
	} {
		t.Run(filepath.Base(command[0]), func(t *testing.T) {
			argv := traceeCommand(t, build, append(command, "-fuse-ld=gold"))
			if command[0] == "recursion.c" {
				argv = append(argv, "20") // ltrace's stack of calls has 64 entries
			}
			want := tracedBy(t, argv, "ltrace")
			names := called(want)
			compare(t, entered(tracedBy(t, argv, "plait"), names), entered(want, names))
		})
	}
}

// traceeCommand compiles the command if it names a source file.
func traceeCommand(t *testing.T, build *builder, command []string) []string {
	t.Helper()
	if filepath.Ext(command[0]) == "" {
		return command
	}
	program, err := build.compile(compilerOf(command[0]), command[0], command[1:])
	if err != nil {
		t.Fatal(err)
	}
	return []string{program}
}

// tracedBy returns what a tracer writes to a file about a command.
func tracedBy(t *testing.T, argv []string, tracer ...string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "trace.txt")
	args := slices.Concat(tracer[1:], []string{"-o", path}, argv)
	runIn(t, dir, tracer[0], args...)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	syscallStart = regexp.MustCompile(`^(?:SYS_)?(\w+)\(`)
	syscallEnd   = regexp.MustCompile(`\) += (.*)$`)
	// Two runs are two processes.
	returnsID = regexp.MustCompile(`^(set_tid_address|get(pid|tid|ppid|pgrp|sid)|v?fork|clone3?|wait4)$`)
	numbers   = regexp.MustCompile(`^\d+`)
)

// systemCalls returns "name = result" for each system call of a trace, strace's
// or ours.
func systemCalls(trace string) []string {
	var calls []string
	for line := range strings.Lines(trace) {
		line = strings.TrimSuffix(line, "\n")
		name := syscallStart.FindStringSubmatch(line)
		if name == nil {
			continue
		}
		result := "?"
		if m := syscallEnd.FindStringSubmatch(line); m != nil {
			result = addresses.ReplaceAllString(m[1], "ADDRESS")
		}
		if returnsID.MatchString(name[1]) {
			result = numbers.ReplaceAllString(result, "ID")
		}
		calls = append(calls, name[1]+" = "+result)
	}
	return calls
}

// called returns the distinct names of the calls in a trace.
func called(trace string) []string {
	var names []string
	for line := range strings.Lines(trace) {
		l, err := parseLine(strings.TrimSuffix(line, "\n"))
		if err == nil && l.name != "" && !slices.Contains(names, l.name) {
			names = append(names, l.name)
		}
	}
	return names
}

// compare reports the first difference between two lists of calls.
func compare(t *testing.T, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("call %d is %s, not %s", i+1, g, w)
			return
		}
	}
	if len(want) == 0 {
		t.Error("there is nothing to compare")
	}
}
