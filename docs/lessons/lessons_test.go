package lessons

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func ExampleFind() {
	l, ok := Find("5")
	fmt.Println(ok, l.Name, "-", l.Title)
	fmt.Println(l.Facts[0].Count("fgetc  1,222  2\n"), l.Facts[0].Text)
	// Output:
	// true chars - A thousand calls, two reads
	// 1222 calls of fgetc
}

// TestPages: every page is complete and in the form that Parse reads.
func TestPages(t *testing.T) {
	index, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range All() {
		if l.Number != i+1 || l.Title == "" || l.Source == "" || len(l.Facts) == 0 {
			t.Errorf("%d-%s: number, title, program or facts are missing", l.Number, l.Name)
		}
		if link := fmt.Sprintf("[%s](%02d-%s.md)", l.Title, l.Number, l.Name); !strings.Contains(string(index), link) {
			t.Errorf("README.md lacks %s", link)
		}
		var headings []string
		for _, p := range l.Parts {
			if p.Heading != "" {
				headings = append(headings, p.Heading)
			}
			if p.Run != nil && (p.Run.Build == "" || len(p.Run.Commands) == 0) {
				t.Errorf("%s: a block without commands", l.Name)
			}
		}
		want := []string{"What to expect", "The program", "The trace", "What to notice", "What to try"}
		if !slices.Equal(headings, want) {
			t.Errorf("%s: sections %q, want %q", l.Name, headings, want)
		}
	}
}

// TestFacts: what the pages show is what they say.
func TestFacts(t *testing.T) {
	for _, l := range All() {
		var printed strings.Builder
		for _, p := range l.Parts {
			if p.Run != nil {
				for _, c := range p.Run.Commands {
					printed.WriteString(c.Output)
				}
			}
		}
		for _, f := range l.Facts {
			if n := f.Count(printed.String()); !f.Holds(n) {
				t.Errorf("%s: %d %s, want %d to %d", l.Name, n, f.Text, f.From, f.To)
			}
		}
	}
}

// FuzzParse: no page panics.
func FuzzParse(f *testing.F) {
	f.Add("# 1. A\n\n## B\n```c\nint x;\n```\n<!-- in x.c: cc x.c -->\n```\n$ x\ny\n```\n<!-- fact: y | 1..2 | why -->\n")
	f.Add("```\n$\n```\n<!-- in : -->\n```\ny\n```")
	f.Fuzz(func(t *testing.T, text string) {
		for _, fact := range Parse("1-x.md", text).Facts {
			fact.Count(text)
		}
	})
}
