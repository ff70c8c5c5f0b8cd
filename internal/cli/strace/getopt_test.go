package strace

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"plait/bound"
	"plait/internal/cli"
)

// words records what a command line was taken for.
type words struct{ given []string }

func note(o *words, g given) error {
	text := g.name
	if g.hasArg {
		text += "=" + g.arg
	}
	o.given = append(o.given, text)
	return nil
}

// choicesOfTest is the smallest vocabulary that shows all that getopt_long does.
var choicesOfTest = []choice[*words]{
	{short: "a", long: []string{"align"}, arg: "N", help: "x", set: note},
	{short: "f", long: []string{"follow"}, help: "x", set: note},
	{short: "t", long: []string{"time", "timestamps"}, optional: "FORM", help: "x", set: note},
	{long: []string{"append"}, help: "x", set: note},
	{long: []string{"hidden"}, set: note},
}

func TestGetopt(t *testing.T) {
	tests := []struct{ line, given, rest string }{
		{"prog -f", "", "prog -f"},
		{"-f prog -t", "-f", "prog -t"},
		{"-ff -tf", "-f -f -t -f", ""},
		{"-a3 -fa 4 x", "-a=3 -f -a=4", "x"},
		{"-a -f x", "-a=-f", "x"},
		{"--align=3 --align 4 x", "--align=3 --align=4", "x"},
		{"--fo --al=1", "--follow --align=1", ""},
		{"--time --time=unix -t x", "--time --time=unix -t", "x"},
		{"--times", "--timestamps", ""},
		{"--tim", "--time", ""},
		{"--align=", "--align=", ""},
		{"-- -f", "", "-f"},
		{"- -f", "", "- -f"},
		{"--hidden --", "--hidden", ""},
		{"-j", "invalid option -- 'j'", ""},
		{"-fj x", "invalid option -- 'j'", "x"},
		{"-a", "option requires an argument -- 'a'", ""},
		{"--alig", "option '--align' requires an argument", ""},
		{"--follow=1", "option '--follow' doesn't allow an argument", ""},
		{"--nosuch=1", "unrecognized option '--nosuch=1'", ""},
		{"--hid", "unrecognized option '--hid'", ""},
		{"--a", "option '--a' is ambiguous; possibilities: '--align' '--append'", ""},
		{"--a=1", "option '--a=1' is ambiguous; possibilities: '--align' '--append'", ""},
	}
	for _, test := range tests {
		o := &words{}
		rest, err := getopt(choicesOfTest, o, strings.Fields(test.line))
		given := strings.Join(o.given, " ")
		if err != nil {
			given = err.Error()
		}
		if given != test.given || strings.Join(rest, " ") != test.rest {
			t.Errorf("%s: got %q and %q, want %q and %q", test.line, given, rest, test.given, test.rest)
		}
	}
}

// TestStraceNames: all options can be told apart, and those that users see have
// a group.
func TestStraceNames(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range optionList {
		for _, name := range append(slices.Clone(c.long), c.short) {
			if name != "" && seen[name] {
				t.Errorf("%s is there twice", name)
			}
			seen[name] = true
		}
		if c.help != "" && !slices.Contains(groups, c.group) {
			t.Errorf("%v has no group", c.long)
		}
		if c.set == nil || c.help == "" && c.long[0] != daemonOption {
			t.Errorf("%v does nothing, or nobody knows what", c.long)
		}
	}
}

// TestStraceShorts compares the letters with strace's own getopt string.
func TestStraceShorts(t *testing.T) {
	const letters = "a:Ab:cCdDe:E:fFhiI:knNo:O:p:P:qrs:S:tTu:U:vVwxX:yYzZ"
	for i, letter := range letters {
		if letter == ':' {
			continue
		}
		at := slices.IndexFunc(optionList, func(c option) bool { return c.short == string(letter) })
		if at < 0 {
			t.Errorf("-%c is missing", letter)
			continue
		}
		takes := i+1 < len(letters) && letters[i+1] == ':'
		if (optionList[at].arg != "") != takes {
			t.Errorf("-%c takes an argument, or takes none", letter)
		}
	}
}

// FuzzStrace: no command line makes the parser panic.
func FuzzStrace(f *testing.F) {
	for _, line := range []string{
		"-f -ttTf -s100 -e trace=%file ls", "--timestamps=unix,ns -e inject=read:error=EIO:when=2+3 x", "-p 1,2 3",
		"-e !read -e raw=?x@32 -U time,name -c -O 1.5ms a", "--tips=id:3,full -D -ooo --strings-in-hex= b", "-P a -e status=!failed c",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		bound.Input(t, func() {
			u := cli.NewUI(io.Discard, "strace")
			o, err := parse(strings.Split(line, " "), u)
			if err == nil {
				err = o.check()
			}
			if err == nil && len(o.command) == 0 && len(o.pids) == 0 && o.replay == "" {
				t.Errorf("%q: nothing to trace, and no error", line)
			}
		})
	})
}

// TestStraceSynonyms: two ways of saying a thing mean the same.
func TestStraceSynonyms(t *testing.T) {
	for _, pair := range [][2]string{
		{"-tt", "--absolute-timestamps=us"}, {"-ttt", "--timestamps=format:unix,precision:us"}, {"-t", "--timestamps"},
		{"--timestamps=unix,ns", "--timestamps=ns --timestamps=unix"}, {"--timestamps=time,ns", "--timestamps=unix,ns --timestamps"},
		{"--timestamps=none,ns", "--timestamps=ns --timestamps=none"}, {"--timestamps=us", "--timestamps=none --timestamps=us"},
		{"-r", "--relative-timestamps=us"}, {"-T", "--syscall-times"}, {"-x", "--strings-in-hex=non-ascii"}, {"-xx", "--strings-in-hex"},
		{"-y", "--decode-fds"}, {"-yy", "-e decode-fds=all"}, {"-qq", "--quiet=attach,personality,exit"}, {"-qqq", "-e silent=all"},
		{"-q", "--silence"}, {"-ff", "--follow-forks --output-separately"}, {"-DD", "--daemonize=pgrp"}, {"-DDD", "--daemonised=session"},
		{"-I4", "--interruptible=never_tstp"}, {"-kk", "--stack-traces=source"}, {"-e fd=3,4", "--trace-fds=3,4"}, {"-Y", "--decode-pids=comm"},
		{"-v", "-e abbrev=none"}, {"-e read,write", "-et=read,write"}, {"-X raw", "--const-print-style=raw"}, {"-s0", "--string-limit 0"},
	} {
		if a, b := meaning(t, pair[0]), meaning(t, pair[1]); a != b {
			t.Errorf("%s and %s differ:\n%s\n%s", pair[0], pair[1], a, b)
		}
	}
}

// meaning returns all that follows from options, as text.
func meaning(t *testing.T, options string) string {
	t.Helper()
	o, err := parse(strings.Fields(options+" -o trace true"), cli.NewUI(io.Discard, "strace"))
	if err == nil {
		err = o.check()
	}
	if err != nil {
		t.Fatal(err)
	}
	look := o.look(io.Discard)
	c := o.config(nil, nil, nil)
	return fmt.Sprintf("%+v %+v %v %v %v %v %v %v %+v %v %v", look, o.table(), o.quiet, o.follow > 0, o.separately, o.daemon, o.interruptLevel(),
		c.StackFrames, c.Descriptors, c.PIDs, []any{c.StackSource, c.Files.FDs.Has(3), c.Files.FDs.Has(5), c.Limits, c.Calls.Numbers(), c.Abbrev.Numbers()})
}
