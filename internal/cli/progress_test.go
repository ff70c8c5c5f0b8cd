package cli

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"plait/event"
)

// screen is a terminal that many may write to.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// TestProgress: a run that lasts says how far it is, in a line that messages replace and
// that is gone at the end.
func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		u := NewUI(s, "plait")
		p := u.ShowProgress(Discard{})
		for range 1000 {
			_ = p.Emit(&event.Detach{})
		}
		time.Sleep(progressAfter - 1)
		synctest.Wait()
		if got := s.String(); got != "" {
			t.Errorf("too early: %q", got)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if got := s.String(); got != eraseLine+"plait: 1000 events, 1000 a second, 1s" {
			t.Errorf("%q", got)
		}
		u.Say("hello")
		time.Sleep(progressEvery)
		synctest.Wait()
		p.End()
		synctest.Wait()
		want := eraseLine + "plait: hello\n" + eraseLine + "plait: 1000 events, 0 a second, 1s" + eraseLine
		if got := s.String(); !strings.HasSuffix(got, want) {
			t.Errorf("%q, want at the end %q", got, want)
		}
	})
}

// TestNoProgress: a short run shows nothing.
func TestNoProgress(t *testing.T) {
	s := &screen{}
	NewUI(s, "plait").ShowProgress(Discard{}).End()
	if got := s.String(); got != "" {
		t.Errorf("%q", got)
	}
}
