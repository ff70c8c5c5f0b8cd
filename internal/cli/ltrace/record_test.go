package ltrace

import (
	"testing"

	"plait/recording"
)

// TestExceeds: a replay cannot show more than was recorded.
func TestExceeds(t *testing.T) {
	rec := recording.Options{Strings: 100, Items: 8, Frames: 2, Syscalls: true}
	for _, test := range []struct {
		o    options
		rec  recording.Options
		want string
	}{
		{options{stringsSet: true, strings: 100, itemsSet: true, items: 8, where: 2, syscalls: true}, rec, ""},
		{options{stringsSet: true, strings: 101}, rec, "-s 101: r was recorded with -s 100"},
		{options{stringsSet: true, strings: 0, itemsSet: true, items: 0}, recording.Options{Items: -1}, ""},
		{options{stringsSet: true, strings: 1}, recording.Options{}, "-s 1: r was recorded with -s 0"},
		{options{itemsSet: true, items: 1}, recording.Options{Items: -1}, "-A 1: r was recorded with -A 0"},
		{options{itemsSet: true, items: 9}, rec, "-A 9: r was recorded with -A 8"},
		{options{itemsSet: true, items: 5}, recording.Options{}, "-A 5: r was recorded without -A"},
		{options{where: 3}, rec, "-w 3: r was recorded with -w 2"},
		{options{where: 1}, recording.Options{}, "-w 1: r was recorded without -w"},
		{options{tables: tableOptions{by: "caller"}}, rec, ""},
		{options{tables: tableOptions{by: "caller"}}, recording.Options{Callers: true}, ""},
		{options{tables: tableOptions{by: "caller"}}, recording.Options{}, "--by caller: r was recorded without callers"},
		{options{labels: true}, recording.Options{Regions: true}, ""},
		{options{labels: true}, rec, "--labels: r was recorded without what lies where in memory"},
		{options{follow: 1}, rec, "-f: r was recorded without -f"},
		{options{verbose: true}, rec, "-v: r was recorded without -v"},
		{options{names: true}, rec, "-Y: r was recorded without -Y"},
		{options{syscalls: true}, recording.Options{}, "-S: r was recorded without -S"},
	} {
		test.o.replay = "r"
		got := ""
		if err := test.o.exceeds(test.rec); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%+v: %q, want %q", test.rec, got, test.want)
		}
	}
}

func TestParseSize(t *testing.T) {
	for _, test := range []struct {
		text string
		want int64
	}{{"1M", 1 << 20}, {"64M", 64 << 20}, {"3G", 3 << 30}, {"1T", 1 << 40}, {"2048K", 2 << 20}, {"1048576", 1 << 20}} {
		if n, err := parseSize(test.text); n != test.want || err != nil {
			t.Errorf("%s: %d, %v", test.text, n, err)
		}
	}
	for _, text := range []string{"", "M", "1MM", "-1M", "1m", "1023K", "99999999T", "1.5G"} {
		if n, err := parseSize(text); err == nil {
			t.Errorf("%s: %d", text, n)
		}
	}
}
