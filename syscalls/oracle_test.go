package syscalls

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"plait/arch"
)

// oracleVersion is the strace whose lines the fixtures are compared with.
const oracleVersion = "6.1"

// TestAgainstStrace makes every call of testdata/decode*.txtar for real, with
// the same words and memory but refused by a seccomp filter, under the strace
// that is installed, and compares what it prints with what is decoded here.
// Calls with a line "~ WHY" before them must really differ.
func TestAgainstStrace(t *testing.T) {
	needTools(t)
	for _, file := range fixtures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) { compareFile(t, file) })
	}
}

func compareFile(t *testing.T, file string) {
	calls, reasons := callsOf(fileLines(t, file))
	want := straced(t, calls)
	if len(want) != len(calls) {
		t.Fatalf("strace shows %d of %d calls:\n%s", len(want), len(calls), strings.Join(want, "\n"))
	}
	table := For(arch.AMD64, 0)
	for i, call := range calls {
		got, why := decode(t, table, call+" = -ENOSYS"), reasons[i]
		if got == want[i] && why != "" {
			t.Errorf("%s\n no longer differs from strace: %s", call, why)
		}
		if got != want[i] && why == "" {
			t.Errorf("%s\n plait  %s\n strace %s", call, got, want[i])
		}
	}
}

// callsOf returns the calls in a file, without results, and for each why it
// looks different; "" if it must not.
func callsOf(lines []string) (calls, reasons []string) {
	for i, line := range lines {
		call, ok := strings.CutPrefix(line, "< ")
		// exit_group would end the program that makes the calls.
		if !ok || i == 0 || strings.HasPrefix(call, "exit_group") {
			continue
		}
		words, _, _ := strings.Cut(call, " = ")
		calls = append(calls, words)
		_, why, _ := strings.Cut(lines[i-1], "~ ")
		reasons = append(reasons, why)
	}
	return calls, reasons
}

// needTools skips the test where it can't run, which is a failure under
// PLAIT_REQUIRE=1, and with another strace than the one that is compared with.
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

// straced runs the calls under strace and returns its lines.
func straced(t *testing.T, calls []string) []string {
	t.Helper()
	dir := t.TempDir()
	program, log := filepath.Join(dir, "calls"), filepath.Join(dir, "log")
	cmd := exec.Command("gcc", "-x", "c", "-w", "-o", program, "-")
	cmd.Stdin = strings.NewReader(harness(t, calls))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	if out, err := exec.Command("strace", "-a1", "-o", log, program).CombinedOutput(); err != nil {
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
	lines := strings.Split(after, "\n")[1:]
	for i, line := range lines {
		if strings.HasPrefix(line, "exit_group(") {
			return lines[:i]
		}
	}
	return lines
}

// harness is a program that makes the calls, each of them refused.
func harness(t *testing.T, calls []string) string {
	t.Helper()
	const head = `
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/mman.h>
#include <string.h>
#include <unistd.h>
#include <stddef.h>
int main(void) {
	for (long i = 1; i <= 6; i++)
		mmap((void *)(i * 0x10000), 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 38),
	};
	struct sock_fprog p = { 4, f };
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p);
	syscall(SYS_getpid);
`
	var b strings.Builder
	b.WriteString(head)
	for _, call := range calls {
		fields, mem := splitArgs(call), &memory{}
		var words strings.Builder
		for _, f := range fields[1:] {
			fmt.Fprintf(&words, ", %#xUL", mem.argument(t, f))
		}
		for _, p := range mem.pieces {
			fmt.Fprintf(&b, "\tmemcpy((void *)%#x, \"%s\", %d);\n", p.addr, octal(p.before), len(p.before))
		}
		fmt.Fprintf(&b, "\tsyscall(%d%s%s);\n", numberOf(t, fields[0]), words.String(), strings.Repeat(", 0", 7-len(fields)))
	}
	return b.String() + "\t_exit(0);\n}\n"
}

func numberOf(t *testing.T, name string) int {
	t.Helper()
	nr, ok := For(arch.AMD64, 0).Number(name)
	if !ok {
		t.Fatalf("no call %s", name)
	}
	return int(nr)
}

func octal(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		fmt.Fprintf(&out, `\%03o`, c)
	}
	return out.String()
}
