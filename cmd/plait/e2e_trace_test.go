package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The lines of a trace (LTRACE.md section 3), after the prefix of the process.
var (
	pidPrefix  = regexp.MustCompile(`^(?:\[pid +(\d+)\]|(\d+)) `)
	timePrefix = regexp.MustCompile(`^(?:\d\d:\d\d:\d\d(?:\.\d{6})?|\d{10}\.\d{6}| *\d+\.\d{6}) `)
	addrPrefix = regexp.MustCompile(`^\[0x[0-9a-f]+\] `)
	callLine   = regexp.MustCompile(`^ *(?:[^ ("]+->)?([^ ("@]+)(?:@[^ ("]+)?\(`)
	resumeLine = regexp.MustCompile(`^ *<\.\.\. (?:[^ ("]+->)?([^ ("@]+)(?:@[^ ("]+)? resumed> `)
	eventLine  = regexp.MustCompile(`^ *(?:--- .* ---|\+\+\+ .* \+\+\+|plait: .*| > \S.* \[0x[0-9a-f]+\](?: \S.*:\d+)?)?$`)
	forks      = regexp.MustCompile(`^(?:SYS_)?(?:v?fork|clone3?)$`)
	callEnd    = regexp.MustCompile(` = .+$| <unfinished \.\.\.>$| <no return \.\.\.>$| <longjmp>$| <unwound \.\.\.>$| <detached \.\.\.>$`)
)

// A traceLine is a line of a trace, split into its parts.
type traceLine struct {
	pid     string // "" without a prefix
	name    string // of the call; "" in an event line
	resumed bool
	open    bool // unfinished
	text    string
}

// parseLine splits a line of a trace into its parts.
func parseLine(line string) (traceLine, error) {
	l := traceLine{text: line}
	if m := pidPrefix.FindStringSubmatch(line); m != nil {
		l.pid = m[1] + m[2]
		line = line[len(m[0]):]
	}
	line = line[len(timePrefix.FindString(line)):]
	line = line[len(addrPrefix.FindString(line)):]
	if eventLine.MatchString(line) {
		return l, nil
	}
	if m := resumeLine.FindStringSubmatch(line); m != nil {
		l.name, l.resumed = m[1], true
	} else if m := callLine.FindStringSubmatch(line); m != nil {
		l.name = m[1]
	}
	if l.name == "" || !callEnd.MatchString(line) {
		return l, fmt.Errorf("not a line of a trace: %q", l.text)
	}
	l.open = strings.HasSuffix(line, " <unfinished ...>")
	return l, nil
}

// checkTrace returns an error if a line of a trace is malformed, or if a call is
// resumed that is not open in its thread. A call without a prefix belongs to the first
// thread, whose number is not shown.
func checkTrace(trace string) error {
	open := openCalls{}
	first := ""
	for line := range strings.Lines(trace) {
		l, err := parseLine(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return err
		}
		if l.pid != "" && first == "" {
			first = l.pid
			open[first] = open[""]
			delete(open, "")
		}
		if l.pid == "" {
			l.pid = first
		}
		if !open.take(l) {
			return fmt.Errorf("resumed, but not open (open are %q): %q", open[l.pid], l.text)
		}
	}
	return nil
}

// openCalls are the calls that each thread has not returned from.
type openCalls map[string][]string

// take records a line, and reports whether the call that it resumes was open.
func (o openCalls) take(l traceLine) bool {
	if l.name == "" {
		return true // an event
	}
	stack, known := o[l.pid]
	if l.resumed && !known || strings.HasSuffix(l.name, "execve") {
		// A new process returns from the fork that its parent called. After an execve
		// in some thread, the leader returns from that.
		for pid, other := range o {
			if pid != l.pid {
				stack = append(stack, other...)
			}
		}
	}
	if l.resumed {
		i := lastIndex(stack, l.name)
		if i < 0 && forks.MatchString(l.name) {
			i = len(stack) // the parent may have returned from it already
		}
		if i < 0 {
			return false
		}
		stack = stack[:i] // calls inside it did not return
	}
	if l.open {
		stack = append(stack, l.name)
	}
	o[l.pid] = slices.Clone(stack)
	return true
}

func lastIndex(stack []string, name string) int {
	for i, s := range slices.Backward(stack) {
		if s == name {
			return i
		}
	}
	return -1
}

// entered returns the calls of a trace that are among names, in the order in which they
// began.
func entered(trace string, names []string) []string {
	var calls []string
	for line := range strings.Lines(trace) {
		l, err := parseLine(strings.TrimSuffix(line, "\n"))
		if err == nil && !l.resumed && slices.Contains(names, l.name) {
			calls = append(calls, l.name)
		}
	}
	return calls
}

// checkCounts compares the calls of a trace with the lines "# malloc 3" of a program's
// output. There must be at least one.
func checkCounts(trace, output string) error {
	wanted := 0
	for line := range strings.Lines(output) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != "#" {
			continue
		}
		wanted++
		got := strconv.Itoa(len(entered(trace, fields[1:2])))
		if got != fields[2] {
			return fmt.Errorf("the program called %s %s times, the trace has %s", fields[1], fields[2], got)
		}
	}
	if wanted == 0 {
		return fmt.Errorf("the output has no lines such as \"# malloc 3\": %q", output)
	}
	return nil
}

// inOrder matches the regular expressions in want with lines of trace.
func inOrder(trace, want string) error {
	lines := strings.Split(trace, "\n")
	at := 0
	for expr := range strings.Lines(want) {
		expr = strings.TrimSuffix(expr, "\n")
		re, err := regexp.Compile("^(?:" + expr + ")$")
		if err != nil {
			return err
		}
		i := slices.IndexFunc(lines[at:], re.MatchString)
		if i < 0 {
			return fmt.Errorf("behind line %d, no line matches %s in\n%s", at, expr, trace)
		}
		at += i + 1
	}
	return nil
}

var (
	addresses = regexp.MustCompile(`0x[0-9a-f]{6,16}\b`)
	pids      = regexp.MustCompile(`(?m)^\[pid +\d+\]`)
	elapsed   = regexp.MustCompile(`(?m) <\d+\.\d{6}>$`)
	clock     = regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d(\.\d{6})?|^\d{10}\.\d{6}`)
)

// mask gives each address and process a name that is the same in every run. It has the
// same length, so that columns keep their places.
func mask(trace string) string {
	trace = numbered(trace, addresses, "0x", "")
	trace = numbered(trace, pids, "[pid ", "]")
	trace = elapsed.ReplaceAllString(trace, " <TIME>")
	return clock.ReplaceAllString(trace, "CLOCK")
}

// numbered replaces each distinct match by its number, in order of appearance.
func numbered(text string, re *regexp.Regexp, before, after string) string {
	seen := map[string]string{}
	return re.ReplaceAllStringFunc(text, func(match string) string {
		name, ok := seen[match]
		if !ok {
			number := strconv.Itoa(len(seen) + 1)
			width := max(len(match)-len(before)-len(after)-len(number), 0)
			name = before + strings.Repeat("_", width) + number + after
			seen[match] = name
		}
		return name
	})
}

func TestCheckTrace(t *testing.T) {
	tests := []struct{ name, trace, want string }{
		{"plain", "malloc(100) = 0x1\nfree(0x1) = <void>\n+++ exited (status 0) +++\n", ""},
		{"braid", "puts(\"x\" <unfinished ...>\nSYS_write(1, \"x\\n\", 2) = 2\n<... puts resumed> ) = 2\n", ""},
		{"prefixes", "[pid 7] 12:00:00.123456 [0x401000] a->f@lib(1) = 2 <0.000001>\n", ""},
		{"file prefixes", "7 f( <unfinished ...>\n8 g() = 1\n7 <... f resumed> ) = 1\n", ""},
		{"prefix begins late", "f( <unfinished ...>\n[pid 7] <... f resumed> ) = 1\n", ""},
		{"left inside", "f( <unfinished ...>\ng( <unfinished ...>\n--- SIGUSR1 (User defined signal 1) ---\n<... f resumed> ) = 1\n", ""},
		{"twice", "f( <unfinished ...>\n<... f resumed> ) = 1\n<... f resumed> ) = 1\n", `resumed, but not open (open are []): "<... f resumed> ) = 1"`},
		{"other thread", "8 g() = 1\n7 f( <unfinished ...>\n8 <... f resumed> ) = 1\n", `resumed, but not open (open are []): "8 <... f resumed> ) = 1"`},
		{"fork returns twice", "7 fork( <unfinished ...>\n8 <... fork resumed> ) = 0\n7 <... fork resumed> ) = 8\n", ""},
		{"exec in a thread", "7 pause( <unfinished ...>\n8 execve( <unfinished ...>\n7 --- Called exec() ---\n7 <... execve resumed> ) = 0\n", ""},
		{"torn", "malloc(100", `not a line of a trace: "malloc(100"`},
		{"foreign", "hello world\n", `not a line of a trace: "hello world"`},
	}
	for _, test := range tests {
		got := ""
		if err := checkTrace(test.trace); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestCheckCounts(t *testing.T) {
	const trace = "malloc(1) = 0x1\n7 malloc(1 <unfinished ...>\n7 <... malloc resumed> ) = 0x2\na->free(0) = <void>\n"
	tests := []struct{ output, want string }{
		{"# malloc 2\n# free 1\n# puts 0\n", ""},
		{"# malloc 3\n", "the program called malloc 3 times, the trace has 2"},
		{"hello\n", `the output has no lines such as "# malloc 3": "hello\n"`},
	}
	for _, test := range tests {
		got := ""
		if err := checkCounts(trace, test.output); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.output, got, test.want)
		}
	}
}

func TestInOrder(t *testing.T) {
	if err := inOrder("a\nb1\nc\n", "a\nb.\n"); err != nil {
		t.Error(err)
	}
	if inOrder("a\nb\n", "b\na\n") == nil {
		t.Error("order does not matter")
	}
	if inOrder("ab\n", "a\n") == nil {
		t.Error("a part of a line is enough")
	}
}

func TestMask(t *testing.T) {
	const trace = `[pid 4711] malloc(16) = 0x55d0c0ffee00
[pid 4712] free(0x55d0c0ffee00) = <void> <0.000012>
[pid 4711] memcpy(0x7ffc12345678, 0x55d0c0ffee00, 0x10) = 0x7ffc12345678
`
	const want = `[pid ___1] malloc(16) = 0x___________1
[pid ___2] free(0x___________1) = <void> <TIME>
[pid ___1] memcpy(0x___________2, 0x___________1, 0x10) = 0x___________2
`
	if got := mask(trace); got != want {
		t.Errorf("got\n%s", got)
	}
}
