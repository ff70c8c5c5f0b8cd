package lessons

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// A Fact is a number that a lesson is about.
type Fact struct {
	Text     string // what is counted
	From, To int    // the bounds of the number
	pattern  *regexp.Regexp
}

// Regular expressions are compiled when the first lesson is read, not when plait starts.
var (
	factLine = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^<!-- fact: (.*) \| (\d+)(?:\.\.(\d+))? \| (.*) -->$`)
	})
	colours = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("\x1b\\[[0-9;]*m") })
)

func parseFact(line string) (Fact, bool) {
	m := factLine().FindStringSubmatch(line)
	if m == nil {
		return Fact{}, false
	}
	pattern, err := regexp.Compile("(?m)" + m[1])
	if err != nil {
		return Fact{}, false
	}
	from, _ := strconv.Atoi(m[2])
	to := from
	if m[3] != "" {
		to, _ = strconv.Atoi(m[3])
	}
	return Fact{Text: m[4], From: from, To: to, pattern: pattern}, true
}

// Count returns the number in what the commands of a lesson printed: how many times the
// pattern matches, or what the numbers in its group add up to.
func (f Fact) Count(printed string) int {
	printed = strings.ReplaceAll(colours().ReplaceAllString(printed, ""), "⇣", ">")
	count := 0
	for _, m := range f.pattern.FindAllStringSubmatch(printed, -1) {
		n, err := strconv.Atoi(strings.ReplaceAll(m[len(m)-1], ",", ""))
		if len(m) == 1 || err != nil {
			n = 1 // no group, or one that only says or
		}
		count += n
	}
	return count
}

// Holds reports whether a number is what the lesson says.
func (f Fact) Holds(count int) bool { return f.From <= count && count <= f.To }
