package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// masked replaces the groups of a mask in its match, or all of the match if there are
// none.
func masked(re *regexp.Regexp, match string) string {
	at := re.FindStringSubmatchIndex(match)
	if len(at) <= 2 {
		return "MASKED"
	}
	for i := len(at) - 2; i >= 2; i -= 2 {
		if at[i] >= 0 {
			match = match[:at[i]] + "MASKED" + match[at[i+1]:]
		}
	}
	return match
}

// processPrefix begins a line with the number of its process, which is masked already.
const processPrefix = `(?:PID +|\[pid +PID(?:<[^>]*>)?\] )?`

// runMasks match what always differs between two runs of one program.
var runMasks = []struct {
	re   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`0x[0-9a-f]{6,16}\b`), "ADDRESS"},
	{regexp.MustCompile(`(?m)\[[0-9a-f]{16}\] `), "[IP] "},
	{regexp.MustCompile(`"[0-9a-f]{8,16}-[0-9a-f]{4}[^"]*"`), `"MAPS"`}, // a line of /proc/self/maps
	{regexp.MustCompile(`(?m) <\d+\.\d+>$`), " <TIME>"},
	{regexp.MustCompile(`(?m)^(` + processPrefix + `)\d\d:\d\d:\d\d(?:\.\d+)? `), "${1}CLOCK "},
	{regexp.MustCompile(`(?m)^(` + processPrefix + `)\d{10}(?:\.\d+)? `), "${1}EPOCH "},
	{regexp.MustCompile(`(?m)^(` + processPrefix + `(?:CLOCK |EPOCH )?)(?: +\d+\.\d+|\(\+ +\d+(?:\.\d+)?\)) ([^\s\d])`), "${1}DELTA $2"},
	{regexp.MustCompile(`\b(tv_n?u?sec|st_[amc]time_nsec|st_ino|stx_ino|d_ino|tms_[cs]?[us]time|[st]imex?_?time)=\d+`), "$1=N"},
	{regexp.MustCompile(`\b(st_[amc]time|stx_[a-z]*time|stx_btime)=(\{[^}]*\}|\d+)`), "$1=T"},
	{regexp.MustCompile(`/\* \d{4}-\d\d-\d\dT[^*]*\*/`), "/* DATE */"},
	{regexp.MustCompile(`(getrandom\()"(?:[^"\\]|\\.)*"(?:\.\.\.)?`), `$1"RANDOM"`},
	{regexp.MustCompile(`(pipe|socket|eventfd):\[\d+\]`), "$1:[INODE]"},
	{regexp.MustCompile(`\b(si_[us]time)=\d+(?: /\* [^*]*\*/)?`), "$1=N"},
	{regexp.MustCompile(`(/\* )\d+( vars \*/)`), "${1}N$2"},
	{regexp.MustCompile(`(rseq\().*?\) +=`), "$1...) ="},                                          // 7.2 shows the struct, and the length in decimal
	{regexp.MustCompile(`\bdata=(?:\{u32=\d+, u64=\d+\}|0x[0-9a-f]+|NULL|ADDRESS)`), "data=DATA"}, // of epoll: one number in 7.2
	{regexp.MustCompile(`(sysinfo\()\{[^}]*\}`), "$1{...}"},
}

// pidForms match process numbers that are recognizable as such. The numbers that they
// match are masked everywhere.
var pidForms = []*regexp.Regexp{
	regexp.MustCompile(`(?m)^(\d+)(?:<[^>]*>)? `),
	regexp.MustCompile(`\[pid +(\d+)`),
	regexp.MustCompile(`(?m)(?:fork|clone3?|getpid|gettid|getppid|getpgrp|getpgid|getsid|set_tid_address|wait4|waitid)(?:\(.*\)| resumed>.*\)) += (\d+)`),
	regexp.MustCompile(`Process (\d+) (?:att|det)ached`),
	regexp.MustCompile(`PID=(\d+)`),
	regexp.MustCompile(`\bsi_pid=(\d+)`),
	regexp.MustCompile(`TIOC[GS]PGRP, \[(\d+)\]`),
	regexp.MustCompile(`parent_tid=\[(\d+)\]`),
}

// maskRun replaces what differs from run to run.
func maskRun(text string) string {
	text = maskPIDs(text)
	for _, m := range runMasks {
		text = m.re.ReplaceAllString(text, m.with)
	}
	return text
}

// maskPIDs names the processes PID1, PID2 and so on, in the order of their numbers.
func maskPIDs(text string) string {
	var pids []string
	for _, re := range pidForms {
		for _, m := range re.FindAllStringSubmatch(text, -1) {
			if m[1] != "0" && m[1] != "1" && !slices.Contains(pids, m[1]) {
				pids = append(pids, m[1])
			}
		}
	}
	for _, pid := range pids {
		re := regexp.MustCompile(`(^|[^\w.])` + pid + `\b`)
		// Twice, because a match takes the byte before it, which may end another one.
		for range 2 {
			text = re.ReplaceAllString(text, "${1}PID")
		}
	}
	return text
}

var (
	threadLine  = regexp.MustCompile(`^(\d+(?:<[^>]*>)? +|\[pid +\d+(?:<[^>]*>)?\] )`)
	resumedCall = regexp.MustCompile(`^(.*?)<\.\.\. (\S+) resumed>(.*)$`)
	padding     = regexp.MustCompile(`\) += `)
)

// perThread groups the lines by thread, in the order of the threads' numbers, and joins
// the parts of each call. How lines of concurrent threads interleave differs from run
// to run.
func perThread(lines []string) []string {
	if !slices.ContainsFunc(lines, threadLine.MatchString) {
		return joined(lines)
	}
	for i, line := range lines {
		lines[i] = padding.ReplaceAllString(line, ") = ") // an unfinished call has no padding
	}
	var order []string
	of := map[string][]string{}
	for _, line := range lines {
		thread := threadLine.FindString(line)
		if _, ok := of[thread]; !ok {
			order = append(order, thread)
		}
		of[thread] = append(of[thread], line)
	}
	// Numbers are given in the order of birth; which thread shows up first is chance.
	slices.SortStableFunc(order, func(a, b string) int { return threadNumber(a) - threadNumber(b) })
	var all []string
	for _, thread := range order {
		all = append(all, joined(of[thread])...)
	}
	return all
}

// threadNumber returns the number in a prefix, 0 if there is none.
func threadNumber(prefix string) int {
	n, _ := strconv.Atoi(regexp.MustCompile(`\d+`).FindString(prefix))
	return n
}

// joined joins the two parts of each unfinished call.
func joined(lines []string) []string {
	var out []string
	for _, line := range lines {
		m := resumedCall.FindStringSubmatch(line)
		i := -1
		if m != nil {
			i = lastUnfinished(out, m[2])
		}
		if i < 0 {
			out = append(out, line)
			continue
		}
		whole := strings.TrimSuffix(out[i], " <unfinished ...>") + m[3]
		out[i] = padding.ReplaceAllString(whole, ") = ")
	}
	return out
}

func lastUnfinished(lines []string, name string) int {
	for i, line := range slices.Backward(lines) {
		if strings.HasSuffix(line, " <unfinished ...>") && strings.Contains(line, name+"(") {
			return i
		}
	}
	return -1
}

func TestPerThread(t *testing.T) {
	got := perThread([]string{
		`12 read(3,  <unfinished ...>`,
		`13 write(1, "x", 1)    = 1`,
		`12 <... read resumed>"a", 1)       = 1`,
		`13 +++ exited with 0 +++`,
	})
	want := []string{`12 read(3, "a", 1) = 1`, `13 write(1, "x", 1) = 1`, `13 +++ exited with 0 +++`}
	// Grouped by thread, 12's line comes first.
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMaskRun(t *testing.T) {
	tests := []struct{ text, want string }{
		{"4711 getpid() = 4711", "PID getpid() = PID"},
		{"[pid  4711] kill(4711, SIGTERM) = 0", "[pid  PID] kill(PID, SIGTERM) = 0"},
		{"brk(NULL) = 0x55d0c0ffee00", "brk(NULL) = ADDRESS"},
		{"12:00:01.123456 close(3) = 0 <0.000012>", "CLOCK close(3) = 0 <TIME>"},
		{"     0.000123 close(3) = 0", "DELTA close(3) = 0"},
		{"[pid  4711] 12:00:01 close(3) = 0", "[pid  PID] CLOCK close(3) = 0"},
		{"[pid  4711<cat>] 12:00:01 close(3) = 0", "[pid  PID<cat>] CLOCK close(3) = 0"},
		{"4711  1700000000.000001 close(3) = 0", "PID  EPOCH close(3) = 0"},
	}
	for _, test := range tests {
		if got := maskRun(test.text); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}
