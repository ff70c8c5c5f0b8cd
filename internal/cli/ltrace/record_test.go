package ltrace

import (
	"testing"
	"time"

	"plait/event"
	"plait/recording"
)

// A times is a sink that keeps the times of events.
type times []time.Time

func (s *times) Emit(e event.Event) error {
	*s = append(*s, e.Header().Time)
	return nil
}

func (s *times) Close() error { return nil }

// TestSteadyClock: times have the wall clock's date and the monotonic clock's steps, and
// no monotonic reading, which a recording could not hold.
func TestSteadyClock(t *testing.T) {
	var got times
	c := steadyClock{Sink: &got}
	now := time.Now()
	slipped := now.Add(2 * time.Second) // both clocks
	set := now.Add(4 * time.Second).Round(0)
	for _, at := range []time.Time{{}, now, now.Add(time.Second), slipped, set.Add(time.Hour)} {
		_ = c.Emit(&event.Notice{Head: event.Head{Time: at}})
	}
	want := []time.Time{{}, now.Round(0), now.Round(0).Add(time.Second), now.Round(0).Add(2 * time.Second), set.Add(time.Hour)}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("event %d: %v, want %v", i, got[i], want[i])
		}
	}
}

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
		{options{stringsSet: true, strings: 0}, rec, "-s 0: r was recorded with -s 100"},
		{options{stringsSet: true, strings: 0}, recording.Options{Strings: -1}, ""},
		{options{itemsSet: true, items: 9}, rec, "-A 9: r was recorded with -A 8"},
		{options{itemsSet: true, items: 5}, recording.Options{}, "-A 5: r was recorded without -A"},
		{options{where: 3}, rec, "-w 3: r was recorded with -w 2"},
		{options{where: 1}, recording.Options{}, "-w 1: r was recorded without -w"},
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
