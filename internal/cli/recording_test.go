package cli

import (
	"testing"
	"time"

	"plait/event"
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
