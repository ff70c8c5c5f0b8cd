package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"plait/internal/cli/clitest"
)

const queriesFile = "../../docs/QUERIES.md"

// TestQueries does what docs/QUERIES.md says: it records a program on two hosts, loads the
// traces into DuckDB and asks all questions. What is shown below a question is its answer,
// but for times. With PLAIT_UPDATE set, the test writes the answers of now.
func TestQueries(t *testing.T) {
	queries, err := filepath.Abs("../../testdata/queries")
	if err != nil {
		t.Fatal(err)
	}
	needDuckDB(t, queries)
	text, err := os.ReadFile(queriesFile)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	makeTraces(t, string(text), queries, dir)
	checkAnswers(t, string(text), func(statements []string) []answer { return askDuckDB(t, queries, dir, statements) })
}

// needDuckDB skips the test if DuckDB is not installed or this user can't have hosts of its
// own, or fails it if all must be installed.
func needDuckDB(t *testing.T, queries string) {
	t.Helper()
	for _, program := range []string{"gcc", "node", "unshare"} {
		clitest.Need(t, program)
	}
	_, missing := os.Stat(queries + "/node_modules/@duckdb")
	for _, err := range []error{missing, exec.Command("sh", "-c", onHost("alpha", "true")).Run()} {
		if err != nil && clitest.Required() {
			t.Fatal(err)
		} else if err != nil {
			t.Skip(err)
		}
	}
}

// shellBlock matches commands of the document.
var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// makeTraces runs the commands of the document in dir, each on its host if a comment says on
// which.
func makeTraces(t *testing.T, document, queries, dir string) {
	t.Helper()
	shell(t, dir, "for p in depot clerk; do gcc -O1 -w -fno-builtin -pthread -o $p "+queries+"/$p.c || exit; done; seq 100000 | head -c 20000 >inventory.txt")
	for _, block := range shellBlock.FindAllStringSubmatch(document, -1) {
		var running sync.WaitGroup
		for command := range strings.Lines(block[1]) {
			if before, host, ok := strings.Cut(strings.TrimSpace(command), "# on "); ok {
				command = onHost(host, before)
			}
			running.Go(func() { shell(t, dir, command) })
		}
		running.Wait()
	}
}

// onHost returns a command that runs another on a host of that name, as far as uname(2)
// tells.
func onHost(host, command string) string {
	unshare := "unshare --uts"
	if os.Geteuid() != 0 {
		unshare += " --map-root-user"
	}
	return unshare + " sh -c 'hostname " + host + " && exec " + command + "'"
}

// An answer is the result of a statement. All cells are texts.
type answer struct {
	Columns []string
	Rows    [][]string
}

// askDuckDB runs statements in a new database.
func askDuckDB(t *testing.T, queries, dir string, statements []string) (answers []answer) {
	t.Helper()
	input, err := json.Marshal(statements)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", queries+"/run.js")
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, strings.NewReader(string(input)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return answers
}

// questionBlock matches a statement and the answer below it, if there is one.
var questionBlock = regexp.MustCompile("(?ms)^```sql\n(.*?)^```$(?:\n\n```\n(.*?)^```$)?")

// checkAnswers compares the document's answers with those of ask.
func checkAnswers(t *testing.T, document string, ask func([]string) []answer) {
	t.Helper()
	var statements []string
	blocks := questionBlock.FindAllStringSubmatch(document, -1)
	for _, b := range blocks {
		statements = append(statements, b[1])
	}
	now := document
	for i, a := range ask(statements) {
		statement, shown := blocks[i][1], blocks[i][2]
		switch got := a.String(); {
		case len(a.Rows) == 0 && !strings.HasPrefix(statement, "CREATE"):
			t.Errorf("no answer to\n%s", statement)
		case shown != "" && maskTimes(shown) != maskTimes(got):
			if os.Getenv("PLAIT_UPDATE") == "" {
				t.Errorf("%s\nnot what is answered now:\n%s", statement, differ(strings.Split(maskTimes(shown), "\n"), strings.Split(maskTimes(got), "\n")))
			}
			now = strings.Replace(now, "```sql\n"+statement+"```\n\n```\n"+shown, "```sql\n"+statement+"```\n\n```\n"+got, 1)
		}
	}
	if least := 15; len(blocks) < least {
		t.Errorf("only %d questions", len(blocks))
	}
	if now != document && os.Getenv("PLAIT_UPDATE") != "" {
		if err := os.WriteFile(queriesFile, []byte(now), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// String returns the answer as a table: numbers to the right, times with one decimal.
func (a answer) String() string {
	a.roundTimes()
	rows := append([][]string{a.Columns}, a.Rows...)
	var out strings.Builder
	for _, row := range rows {
		for k, cell := range row {
			width := 0
			for _, other := range rows {
				width = max(width, len(other[k]))
			}
			pad := strings.Repeat(" ", width-len(cell))
			if a.isNumeric(k) {
				cell, pad = pad+cell, ""
			}
			out.WriteString(cell + pad + "  ")
		}
		line := strings.TrimRight(out.String(), " ")
		out.Reset()
		out.WriteString(line + "\n")
	}
	return out.String()
}

var timeColumn = regexp.MustCompile(`(^|_)[mu]s$`)

func (a answer) roundTimes() {
	for k, column := range a.Columns {
		if !timeColumn.MatchString(column) {
			continue
		}
		for _, row := range a.Rows {
			if n, err := strconv.ParseFloat(row[k], 64); err == nil {
				row[k] = strconv.FormatFloat(n, 'f', 1, 64)
			}
		}
	}
}

var number = regexp.MustCompile(`^[0-9.]*$`)

// isNumeric reports whether a column has numbers.
func (a answer) isNumeric(k int) bool {
	for _, row := range a.Rows {
		if !number.MatchString(row[k]) {
			return false
		}
	}
	return true
}

var shownTime = regexp.MustCompile(` *\b\d+\.\d\b`)

// maskTimes hides times and how wide they make a table.
func maskTimes(table string) string {
	table = shownTime.ReplaceAllString(table, " TIME")
	return regexp.MustCompile(` +`).ReplaceAllString(table, " ")
}
