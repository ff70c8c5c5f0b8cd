package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"plait/docs/lessons"
	"plait/internal/cli/clitest"
)

// TestTranscripts runs every command that README.md and docs show with its output: a
// block of lines "$ COMMAND", each followed by what it prints. A comment before the
// block names the script in testdata that has its programs, and says how they are
// built:
//
//	<!-- in unknown.txtar: gcc -o prog main.c -->
//
// In a page of docs/lessons, the program is that of the page, and a block that varies is run
// but not compared:
//
//	<!-- in stdio.c, varies: cc -o stdio stdio.c -->
//
// Addresses, times and random bytes differ from run to run, and lines of our data move. Which of
// them are equal stays the same. With PLAIT_UPDATE set, the test writes what is printed now
// in place of what the document has; if it is "all", also where that varies.
func TestTranscripts(t *testing.T) {
	clitest.Need(t, "gcc")
	clitest.Need(t, "g++")
	for _, path := range clitest.Documents(t, "../..") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		now := string(text)
		for _, b := range blocks(now) {
			if lost := b.traced(); lost != "" {
				t.Errorf("%s: a line of a trace without its command: %s", path, lost)
			}
			if !strings.HasPrefix(b.text, "$ ") {
				continue
			}
			b.source = lessons.Parse(path, now).Source
			got := b.run(t)
			if maskShown(got) == maskShown(b.text) {
				continue
			}
			update := os.Getenv("PLAIT_UPDATE")
			if b.varies && update != "all" {
				continue
			}
			if update == "" {
				t.Errorf("%s: not what is printed now:\n%s", path, differ(strings.Split(maskShown(b.text), "\n"), strings.Split(maskShown(got), "\n")))
			}
			now = strings.Replace(now, b.text, got, 1)
		}
		if os.Getenv("PLAIT_UPDATE") != "" && now != string(text) {
			if err := os.WriteFile(path, []byte(now), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A block is the text between two fences.
type block struct {
	script, make string // from the comment before it
	varies       bool
	text         string
	source       string // of the page's program
}

var fenced = regexp.MustCompile("(?ms)^(?:<!-- in (\\S+?)(, varies)?: (.*?) -->\n)?```\\w*\n(.*?)^```$")

func blocks(document string) []block {
	var all []block
	for _, m := range fenced.FindAllStringSubmatch(document, -1) {
		all = append(all, block{script: m[1], varies: m[2] != "", make: m[3], text: m[4]})
	}
	return all
}

var tracedLine = regexp.MustCompile(`(?m)^[\w:>-]+\(.*\) += .*$`)

// traced returns the first call of a trace that a block shows without a command, "" if
// there is none.
func (b block) traced() string {
	if strings.HasPrefix(b.text, "$ ") {
		return ""
	}
	return tracedLine.FindString(b.text)
}

// run builds the block's programs and runs its commands.
func (b block) run(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	b.build(t, dir)
	var out strings.Builder
	for line := range strings.Lines(b.text) {
		command, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			continue
		}
		out.WriteString(line)
		out.WriteString(shell(t, dir, command))
	}
	return out.String()
}

// build builds the block's programs in dir. If it names none, ./a.out is the program of
// "make demo".
func (b block) build(t *testing.T, dir string) {
	t.Helper()
	if b.script == "" {
		source, err := filepath.Abs("../../testdata/tracees/cookbook.c")
		if err != nil {
			t.Fatal(err)
		}
		shell(t, dir, "gcc -w -o a.out "+source)
		return
	}
	if strings.HasSuffix(b.script, ".c") {
		if err := os.WriteFile(filepath.Join(dir, b.script), []byte(b.source), 0o666); err != nil {
			t.Fatal(err)
		}
		shell(t, dir, b.make)
		return
	}
	archive, err := txtar.ParseFile(filepath.Join("../../testdata/script", b.script))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f.Name)), f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	shell(t, dir, b.make)
}

// shell runs a command as the reader of a document would.
func shell(t *testing.T, dir, command string) string {
	t.Helper()
	cmd := exec.Command("bash", "-c", "umask 022; "+command)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "HOME="+dir, "XDG_CACHE_HOME=", "XDG_CONFIG_HOME=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return strings.ReplaceAll(string(out), "\r\n", "\n") // as terminals end lines
}

var (
	randomBytes = regexp.MustCompile(`"(?:\\x[0-9a-f]{2}){8}"`)
	duration    = regexp.MustCompile(` +\d+(?:\.\d+)? (?:[nµm]?s)\b`) // in a table
	dataLine    = regexp.MustCompile(`(\.conf):\d+ `)
)

func maskShown(text string) string {
	text = randomBytes.ReplaceAllString(text, `"RANDOM"`)
	text = duration.ReplaceAllString(text, " TIME")
	return mask(dataLine.ReplaceAllString(text, "$1:N "))
}
