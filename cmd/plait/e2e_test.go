package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"plait/internal/cli/clitest"
)

// patience is how long one traced program may take. That is far longer than any does,
// but a program that hangs leaves time for the others.
const patience = 60 * time.Second

// TestMain makes plait a command of the scripts, so that they run the code under test.
// Run through a link by the name of strace, it is plait as strace.
func TestMain(m *testing.M) {
	if strings.HasSuffix(os.Args[0], ".test") {
		hearAll()
	}
	if filepath.Base(os.Args[0]) == "strace" {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	testscript.Main(m, map[string]func(){
		"plait": func() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// hearAll lets traced programs start with the default actions of signals, even if the
// tests were started with some ignored: by nohup(1), or in the background by a shell
// ("&"). A signal that is caught here has its default action after execve(2).
func hearAll() {
	caught := make(chan os.Signal, 1)
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM} {
		if signal.Ignored(s) {
			signal.Notify(caught, s)
		}
	}
	go func() {
		for range caught { // ignored, as before
		}
	}()
}

// TestScripts runs testdata/script, one file for each behaviour. Beside the commands of
// testscript, the scripts have those of scriptCommands.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "../../testdata/script",
		Cmds:               scriptCommands(t),
		Condition:          scriptCondition,
		RequireUniqueNames: true,
		UpdateScripts:      os.Getenv("PLAIT_UPDATE") != "",
		Setup:              scriptSetup,
		Deadline:           scriptDeadline(t),
	})
}

// scriptDeadline returns the time at which a script that hangs is killed, so that it does
// not stop the other tests. It is for all scripts together, which take minutes on a busy
// machine.
func scriptDeadline(t *testing.T) time.Time {
	end := time.Now().Add(10 * patience)
	if last, ok := t.Deadline(); ok && last.Add(-patience).Before(end) {
		return last.Add(-patience)
	}
	return end
}

// scriptSetup lets scripts that run the go command use what is built already.
func scriptSetup(env *testscript.Env) error {
	cache := os.Getenv("GOCACHE")
	if dir, err := os.UserCacheDir(); cache == "" && err == nil {
		cache = filepath.Join(dir, "go-build")
	}
	env.Setenv("GOCACHE", cache)
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		return err
	}
	env.Setenv("TESTDATA", testdata)
	env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
	// Where rustup has installed rustc, it looks for the compiler below HOME.
	if home, err := os.UserHomeDir(); err == nil && os.Getenv("RUSTUP_HOME") == "" {
		env.Setenv("RUSTUP_HOME", filepath.Join(home, ".rustup"))
	}
	return nil
}

type scriptCommand = func(ts *testscript.TestScript, neg bool, args []string)

func scriptCommands(t *testing.T) map[string]scriptCommand {
	build := newBuilder(t)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]scriptCommand{
		// cc FILE SOURCE [FLAG...]: compiles ../tracees/SOURCE.
		"cc": func(ts *testscript.TestScript, neg bool, args []string) {
			misused(ts, neg || len(args) < 2, "cc FILE SOURCE [FLAG...]")
			bin, err := build.compile(compilerOf(args[1]), args[1], args[2:])
			ts.Check(err)
			// Not a symbolic link: the program's name is in the trace.
			ts.Check(os.Link(bin, ts.MkAbs(args[0])))
		},
		// made FILE: builds plait as make does. In the other scripts, plait is this
		// test's own program.
		"made": func(ts *testscript.TestScript, neg bool, args []string) {
			misused(ts, neg || len(args) != 1, "made FILE")
			ts.Check(makeAt(root, ts.MkAbs(args[0])))
		},
		// status WANT COMMAND...: runs a command that must end with that exit status or
		// by that signal ("SIGSEGV").
		"status": func(ts *testscript.TestScript, neg bool, args []string) {
			misused(ts, neg || len(args) < 2, "status WANT COMMAND [ARG...]")
			if got := statusOf(ts.Exec(args[1], args[2:]...)); got != args[0] {
				ts.Fatalf("%q ended with %s, not %s", args[1:], got, args[0])
			}
		},
		// unharmed OPTION... -- COMMAND...: runs a command natively and under plait.
		// plait must change neither its output nor its status. Leaves out.txt and a
		// well-formed trace.txt.
		"unharmed": func(ts *testscript.TestScript, neg bool, args []string) {
			i := slices.Index(args, "--")
			misused(ts, neg || i < 0 || i+1 == len(args), "unharmed [OPTION...] -- COMMAND [ARG...]")
			unharmed(ts, args[:i], args[i+1:])
		},
		// counts TRACE OUTPUT: the lines "# malloc 3" of OUTPUT say how often a call
		// must be in TRACE.
		"counts": func(ts *testscript.TestScript, neg bool, args []string) {
			misused(ts, neg || len(args) != 2, "counts TRACE OUTPUT")
			ts.Check(checkCounts(ts.ReadFile(args[0]), ts.ReadFile(args[1])))
		},
		// inorder TRACE WANT: each line of WANT, a regular expression, matches a line
		// of TRACE, in this order. Others may be between.
		"inorder": func(ts *testscript.TestScript, neg bool, args []string) {
			misused(ts, neg || len(args) != 2, "inorder TRACE WANT")
			ts.Check(inOrder(ts.ReadFile(args[0]), ts.ReadFile(args[1])))
		},
		// wellformed FILE: every line is a line of a trace, and every resumed call was
		// open.
		"wellformed": func(ts *testscript.TestScript, neg bool, args []string) {
			misused(ts, neg || len(args) != 1, "wellformed TRACE")
			ts.Check(checkTrace(ts.ReadFile(args[0])))
		},
		// records FILE...: the traces in JSON Lines are consistent.
		"records": func(ts *testscript.TestScript, neg bool, args []string) {
			misused(ts, neg || len(args) == 0, "records TRACE...")
			for _, name := range args {
				ts.Check(checkRecords(ts.ReadFile(name)))
			}
		},
		// mask FILE...: replaces addresses, process IDs and times, in place, by names
		// that are the same in every run.
		"mask": func(ts *testscript.TestScript, neg bool, args []string) {
			misused(ts, neg || len(args) == 0, "mask FILE...")
			for _, name := range args {
				text := ts.ReadFile(name)
				ts.Check(os.WriteFile(ts.MkAbs(name), []byte(mask(text)), 0o666))
			}
		},
	}
}

// makeAt builds plait by the Makefile at root. It uses this test's environment, because
// that of the scripts has no module cache.
func makeAt(root, out string) error {
	// Reading it tells the test cache that we depend on it.
	if _, err := os.ReadFile(filepath.Join(root, "Makefile")); err != nil {
		return err
	}
	text, err := exec.Command("make", "-s", "-C", root, "build", "OUT="+out).CombinedOutput()
	if err != nil {
		return fmt.Errorf("make: %w\n%s", err, text)
	}
	return nil
}

func misused(ts *testscript.TestScript, wrong bool, text string) {
	if wrong {
		ts.Fatalf("usage: %s", text)
	}
}

// scriptCondition evaluates [need:PROGRAM], true if the program is installed, and
// [root], true if root runs the tests. CI promises all of it, so there a missing
// program is an error, not a skip.
func scriptCondition(cond string) (bool, error) {
	if cond == "root" {
		if os.Geteuid() != 0 && clitest.Required() {
			return false, errors.New("PLAIT_REQUIRE is set, but root does not run the tests")
		}
		return os.Geteuid() == 0, nil
	}
	if file, ok := strings.CutPrefix(cond, "fetched:"); ok {
		_, err := os.Stat("../../testdata/fetched/" + file)
		if err != nil && clitest.Required() {
			return false, fmt.Errorf("PLAIT_REQUIRE is set, but %w", err)
		}
		return err == nil, nil
	}
	program, ok := strings.CutPrefix(cond, "need:")
	if !ok {
		return false, fmt.Errorf("unknown condition %q", cond)
	}
	_, err := exec.LookPath(program)
	if err != nil && clitest.Required() {
		return false, fmt.Errorf("PLAIT_REQUIRE is set, but %w", err)
	}
	return err == nil, nil
}

// unharmed compares a native run of a command with a traced one.
func unharmed(ts *testscript.TestScript, options, command []string) {
	nativeStatus := statusOf(ts.Exec(command[0], command[1:]...))
	nativeOut, nativeErr := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	words := slices.Concat([]string{"-o", "trace.txt"}, options, []string{"--"}, command)
	status := statusOf(ts.Exec("plait", words...))
	out, stderr := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	ts.Check(os.WriteFile(ts.MkAbs("out.txt"), []byte(out), 0o666))
	switch {
	case status != nativeStatus:
		ts.Fatalf("traced, %q ended with %s, not %s", command, status, nativeStatus)
	case out != nativeOut:
		ts.Fatalf("traced, %q printed %q, not %q", command, out, nativeOut)
	case stderr != nativeErr:
		ts.Fatalf("traced, %q printed %q on stderr, not %q", command, stderr, nativeErr)
	}
	trace := ts.ReadFile("trace.txt")
	ts.Check(checkTrace(trace))
}

// statusOf converts what exec.Cmd.Run returned to an exit status or a signal's name.
func statusOf(err error) string {
	exit, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return "0"
	case !ok:
		return err.Error()
	}
	if w, ok := exit.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return signalName(w.Signal())
	}
	return strconv.Itoa(exit.ExitCode())
}

// signalName knows the signals that the scripts use.
func signalName(s syscall.Signal) string {
	names := map[syscall.Signal]string{
		syscall.SIGSEGV: "SIGSEGV", syscall.SIGTERM: "SIGTERM", syscall.SIGKILL: "SIGKILL",
		syscall.SIGINT: "SIGINT", syscall.SIGABRT: "SIGABRT", syscall.SIGTRAP: "SIGTRAP",
		syscall.SIGQUIT: "SIGQUIT", syscall.SIGHUP: "SIGHUP",
	}
	if name := names[s]; name != "" {
		return name
	}
	return "signal " + strconv.Itoa(int(s))
}

// A ran is how a command ended and what it printed.
type ran struct{ stdout, stderr, status string }

// runIn runs a command in a folder. It must end in time.
func runIn(t *testing.T, dir, name string, args ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("%s %q did not end in %v; it printed %q, %q", name, args, patience, stdout.Bytes(), stderr.Bytes())
	}
	return ran{stdout.String(), stderr.String(), statusOf(err)}
}
