package syscalls

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// oracleVersion is the strace that the fixtures' lines are compared with.
const oracleVersion = "6.1"

// TestAgainstStrace makes every call of testdata/decode*.txtar, with the same words and
// memory, under the installed strace. It compares the lines with those that are decoded
// here. The kernel does not see the calls: another thread changes the memory and gives
// the results (seccomp_unotify(2)). Calls with a line "~ WHY" before them must really
// differ.
func TestAgainstStrace(t *testing.T) {
	needTools(t)
	for _, file := range fixtures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			compareFile(t, file)
		})
	}
}

func compareFile(t *testing.T, file string) {
	calls, reasons := callsOf(fileLines(t, file))
	brief, verbose := straced(t, calls, "-a1"), straced(t, calls, "-a1", "-v")
	if len(brief) != len(calls) || len(verbose) != len(calls) {
		t.Fatalf("strace shows %d of %d calls:\n%s", len(brief), len(calls), strings.Join(brief, "\n"))
	}
	for i, call := range calls {
		got, why, want := call.decode(t), reasons[i], brief[i]
		if call.verbose {
			want = verbose[i]
		}
		if got == want && why != "" {
			t.Errorf("%s\n no longer differs from strace: %s", call.call, why)
		}
		if got != want && why == "" {
			t.Errorf("%s\n plait  %s\n strace %s", call.call, got, want)
		}
	}
}

// callsOf returns the calls in a file, and for each call why its line differs, "" if it
// must not.
func callsOf(lines []string) (calls []fixture, reasons []string) {
	for i, line := range lines {
		call, ok := fixtureOf(line)
		// exit_group would end the program that makes the calls.
		if !ok || i == 0 || call.name() == "exit_group" {
			continue
		}
		calls = append(calls, call)
		_, why, _ := strings.Cut(lines[i-1], "~ ")
		reasons = append(reasons, why)
	}
	return calls, reasons
}

// needTools skips the test if a tool is missing, which is a failure under
// PLAIT_REQUIRE=1, or if strace has another version than oracleVersion.
func needTools(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"gcc", "strace"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("PLAIT_REQUIRE") == "1" {
				t.Fatalf("%s is not installed", tool)
			}
			t.Skipf("%s is not installed", tool)
		}
	}
	out, err := exec.Command("strace", "-V").Output()
	if err != nil || !strings.Contains(string(out), "version "+oracleVersion+"\n") {
		t.Skipf("the strace here is not %s: %.40s", oracleVersion, out)
	}
}

// straced runs the calls under strace with options and returns its lines.
func straced(t *testing.T, calls []fixture, options ...string) []string {
	t.Helper()
	dir := t.TempDir()
	program, log := filepath.Join(dir, "calls"), filepath.Join(dir, "log")
	cmd := exec.Command("gcc", "-x", "c", "-w", "-mno-red-zone", "-pthread", "-o", program, "-")
	cmd.Stdin = strings.NewReader(harness(t, calls))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	options = append(options, "-o", log, program)
	run := exec.Command("strace", options...)
	run.Env = append(os.Environ(), "TZ=UTC")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("strace: %v\n%s", err, out)
	}
	raw, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(raw), "getpid()")
	if !ok {
		t.Fatalf("the program did not come to its calls:\n%s", raw)
	}
	lines := slices.DeleteFunc(strings.Split(after, "\n")[1:], func(line string) bool {
		return strings.HasPrefix(line, "[ Process PID=") // strace changed to another mode
	})
	for i, line := range lines {
		if strings.HasPrefix(line, "exit_group(") {
			return lines[:i]
		}
	}
	return lines
}
