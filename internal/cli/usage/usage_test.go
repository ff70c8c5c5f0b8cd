package usage_test

import (
	"fmt"
	"strings"
	"testing"

	"plait/internal/cli/usage"
)

// where has the options of a program that has two.
var where = usage.Group{Title: "Where it goes", Entries: []usage.Entry{
	{Names: []string{"-o", "--output"}, Forms: "-o, --output=FILE", Help: "write to FILE, or to a command: |COMMAND", More: "FILE is made if it does not exist."},
	{Names: []string{"--color"}, Forms: "--color=WHEN", Help: "use colours"},
}}

func ExampleItem() {
	var text strings.Builder
	for _, e := range where.Entries {
		usage.Item(&text, e.Forms, 25, e.Help)
	}
	fmt.Print(text.String())
	// Output:
	//   -o, --output=FILE      write to FILE, or to a command: |COMMAND
	//   --color=WHEN           use colours
}

func ExampleTable() {
	fmt.Print(usage.Table([]usage.Group{where}))
	// Output:
	// | option | meaning |
	// |---|---|
	// | **Where it goes** | |
	// | `-o, --output=FILE` | write to FILE, or to a command: \|COMMAND |
	// | `--color=WHEN` | use colours |
}

func ExampleManual() {
	m := usage.NewManual("frob", "frob 1.0")
	m.Section(where.Title)
	m.Options(where)
	m.Section("See also")
	m.Pages("ls(1)", "open(2)")
	fmt.Print(m)
	// Output:
	// .TH FROB 1 "" "frob 1.0" "User Commands"
	// .SH "WHERE IT GOES"
	// .TP
	// .B \-o, \-\-output=FILE
	// Write to FILE, or to a command: |COMMAND.
	// FILE is made if it does not exist.
	// .TP
	// .B \-\-color=WHEN
	// Use colours.
	// .SH "SEE ALSO"
	// .BR ls (1),
	// .BR open (2)
}

// TestItemIsNarrow: text that is too long for a line continues on the next one, in its
// column.
func TestItemIsNarrow(t *testing.T) {
	var text strings.Builder
	usage.Item(&text, "--a-word-that-reaches-beyond-the-column", 20, strings.Repeat("word ", 30))
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	for i, line := range lines {
		if len(line) >= 80 {
			t.Errorf("%d columns: %s", len(line), line)
		}
		if i > 0 && strings.Index(line, "word") != 20 {
			t.Errorf("not in the column: %q", line)
		}
	}
	if got := strings.Count(text.String(), "word"); got != 31 || len(lines) < 3 {
		t.Errorf("%d words in %d lines", got, len(lines))
	}
}

// TestManualProtects: characters that mean something to the formatter come out as text.
func TestManualProtects(t *testing.T) {
	m := usage.NewManual("x", "")
	m.Text(".SH is no section\n'nor is this\n\na \\ and a -")
	want := `\&.SH is no section
\&'nor is this
.PP
a \e and a \-
`
	if got := m.String(); !strings.HasSuffix(got, "\n"+want) {
		t.Errorf("%s\nwant at the end\n%s", got, want)
	}
}
