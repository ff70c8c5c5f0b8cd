package terminal

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"plait/bound"
)

// screen notes each write.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(p)
	return len(p), nil
}

func (s *screen) WriteAsync(p []byte) (int, error) { return s.Write(p) }

func (s *screen) shows() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func columns(n int) Options { return Options{Width: func() int { return n }, UTF8: true} }

// TestTorn: what the program writes does not tear the line of the call that writes it.
func TestTorn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		w := New(s, Options{})
		say := func(text string) { _, _ = w.Write([]byte(text)) }
		say(`write(1, "x\n", 2`)
		_, _ = s.Write([]byte("x\n"))
		say(") = 2\n")
		say("read(0, ")
		synctest.Wait()
		if got, want := s.shows(), "x\nwrite(1, \"x\\n\", 2) = 2\n"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		time.Sleep(holdTime) // a call that lasts is seen
		synctest.Wait()
		if got := s.shows(); !strings.HasSuffix(got, "= 2\nread(0, ") {
			t.Errorf("after a moment: %q", got)
		}
		say(`"y", 1) = 1` + "\n")
		say("exit(0")
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if got, want := s.shows(), "x\nwrite(1, \"x\\n\", 2) = 2\nread(0, \"y\", 1) = 1\nexit(0"; got != want {
			t.Errorf("at the end: %q, want %q", got, want)
		}
	})
}

// TestFold: lines that are the same become one, as long as nobody waits for them.
func TestFold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		w := New(s, Options{UTF8: true})
		for range 28 {
			_, _ = w.Write([]byte("__ctype_b_loc("))
			_, _ = w.Write([]byte(") = 0x10\n"))
		}
		if got := s.shows(); got != "" {
			t.Errorf("too early: %q", got)
		}
		_, _ = w.Write([]byte("malloc("))
		if got := s.shows(); got != "__ctype_b_loc() = 0x10 ×28\n" {
			t.Errorf("%q", got)
		}
		_, _ = w.Write([]byte("1) = 0x20\nmalloc(1) = 0x30\nmalloc(1) = 0x30\n"))
		time.Sleep(holdTime)
		synctest.Wait()
		if got := s.shows(); !strings.HasSuffix(got, "×28\nmalloc(1) = 0x20\nmalloc(1) = 0x30 ×2\n") {
			t.Errorf("%q", got)
		}
		_, _ = w.Write([]byte("malloc(1) = 0x30\n")) // a run of its own
		_ = w.Flush()
		if got := s.shows(); !strings.HasSuffix(got, "×2\nmalloc(1) = 0x30\n") {
			t.Errorf("%q", got)
		}
	})
}

// TestLong: a run that does not end is shown every moment.
func TestLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		w := New(s, Options{})
		for range 100 {
			_, _ = w.Write([]byte("poll() = 0\n"))
			time.Sleep(holdTime / 5)
		}
		_ = w.Flush()
		if n := strings.Count(s.shows(), "\n"); n < 10 || n > 30 {
			t.Errorf("%d lines:\n%s", n, s.shows())
		}
	})
}

// TestCut: a line that is too wide ends with a mark, and with its colour.
func TestCut(t *testing.T) {
	long := strings.Repeat("x", 200)
	for _, test := range []struct {
		o     Options
		parts []string
		want  string
	}{
		{columns(30), []string{"puts(" + long + ")\n"}, "puts(" + long[:23] + "…\n"},
		{Options{Width: func() int { return 30 }}, []string{"puts(" + long + ")\n"}, "puts(" + long[:21] + "...\n"},
		{columns(30), []string{"äöü\x1b[32m" + long + "\x1b[m)\n"}, "äöü\x1b[32m" + long[:25] + "\x1b[m…\n"},
		{columns(30), []string{long[:29] + "\n"}, long[:29] + "\n"},
		{columns(30), []string{long[:30] + "\n"}, long[:28] + "…\n"},
		{columns(30), []string{long[:40] + "\n" + long[:40] + "\n"}, long[:25] + "… ×2\n"},
		{columns(30), []string{"a(" + long[:10], long + ")\n"}, "a(" + long[:10] + long[:16] + "…\n"},
		{columns(30), []string{"a(" + long, "b)\n", "c\n"}, "a(" + long[:26] + "…\nc\n"},
		{columns(3), []string{long + "\n"}, long[:19] + "…\n"},
		{Options{}, []string{long + "\n"}, long + "\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &screen{}
			w := New(s, test.o)
			for _, part := range test.parts {
				_, _ = w.Write([]byte(part))
				if len(test.parts) > 1 {
					time.Sleep(2 * holdTime)
					synctest.Wait()
				}
			}
			_ = w.Flush()
			if got := s.shows(); got != test.want {
				t.Errorf("%.30q: %q, want %q", test.parts[0], got, test.want)
			}
		})
	}
}

// FuzzWriter: however text comes, each line is there, in order, and none is wider than the
// terminal.
func FuzzWriter(f *testing.F) {
	f.Add("a\na\nb(\x1b[32mc\x1b[m)\nlong long long long long long long\n", uint8(3), uint8(25))
	f.Add("\x1b[\x1b[m\n\n\n\xff\xfe", uint8(1), uint8(0))
	f.Fuzz(func(t *testing.T, text string, step, cols uint8) {
		bound.Input(t, func() {
			s := &screen{}
			w := New(s, columns(int(cols)))
			for rest := []byte(text); len(rest) > 0; {
				n := min(len(rest), int(step%16)+1)
				_, _ = w.Write(rest[:n])
				rest = rest[n:]
			}
			_ = w.Flush()
			lines := strings.Split(s.shows(), "\n")
			for _, line := range lines {
				if n := width([]byte(line)); cols > 20 && n > int(cols)-1 {
					t.Fatalf("%d columns of %d: %q", n, cols, line)
				}
			}
			if cols == 0 && !strings.Contains(text, "×") && strings.ReplaceAll(unfold(lines), "\n", "") != strings.ReplaceAll(text, "\n", "") {
				t.Fatalf("%q became %q", text, s.shows())
			}
		})
	})
}

// unfold writes folded lines as often as they were.
func unfold(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		one, times, ok := strings.Cut(line, " ×")
		n := 1
		if ok {
			n = 0
			for _, c := range times {
				n = 10*n + int(c-'0')
			}
		}
		b.WriteString(strings.Repeat(one+"\n", n))
	}
	return b.String()
}
