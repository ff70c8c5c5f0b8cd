package output

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// recorder records each write.
type recorder struct {
	mu     sync.Mutex
	writes [][]byte
	err    error
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes = append(r.writes, bytes.Clone(p))
	return len(p), r.err
}

func (r *recorder) Close() error { return nil }

func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(bytes.Join(r.writes, []byte("|")))
}

func write(t *testing.T, b *Buffer, s string) {
	t.Helper()
	if n, err := b.Write([]byte(s)); n != len(s) || err != nil {
		t.Fatalf("Write: %d, %v", n, err)
	}
}

// TestDelay: text is held back only for a moment, and text that comes in that moment
// joins it.
func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		b := NewBuffer(NewShutdown(), &r, nil)
		write(t, b, "a")
		time.Sleep(maxDelay / 2)
		write(t, b, "b")
		if got := r.text(); got != "" {
			t.Errorf("written at once: %q", got)
		}
		time.Sleep(maxDelay/2 + 1)
		if got := r.text(); got != "ab" {
			t.Errorf("after the delay: %q", got)
		}
		write(t, b, "c")
		time.Sleep(maxDelay + 1)
		if got := r.text(); got != "ab|c" {
			t.Errorf("after two delays: %q", got)
		}
	})
}

// TestBlocks: a large amount of text is written in large blocks, in order and complete.
func TestBlocks(t *testing.T) {
	var r recorder
	b := NewBuffer(NewShutdown(), &r, nil)
	line := strings.Repeat("x", 99) + "\n"
	for range 3000 {
		write(t, b, line)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(r.writes); n > 10 {
		t.Errorf("%d writes", n)
	}
	if got := string(bytes.Join(r.writes, nil)); got != strings.Repeat(line, 3000) {
		t.Errorf("%d bytes arrived, want %d, or in another order", len(got), 3000*len(line))
	}
	if _, err := b.Write([]byte("x")); err == nil {
		t.Error("a closed Buffer takes text")
	}
}

// TestFull: an error is reported once, and nothing is written after the gap.
func TestFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("disk full")
		r := recorder{err: full}
		var told atomic.Int32
		b := NewBuffer(NewShutdown(), &r, func(err error) {
			told.Add(1)
			if !errors.Is(err, full) {
				t.Errorf("told %v", err)
			}
		})
		write(t, b, "a")
		time.Sleep(2 * maxDelay)
		if _, err := b.Write([]byte("b")); !errors.Is(err, full) {
			t.Errorf("Write: %v", err)
		}
		if err := b.Close(); !errors.Is(err, full) {
			t.Errorf("Close: %v", err)
		}
		if told.Load() != 1 || r.text() != "a" {
			t.Errorf("told %d times, wrote %q", told.Load(), r.text())
		}
	})
}

// TestConcurrent is for the race detector: the timer flushes in a goroutine of its own.
func TestConcurrent(t *testing.T) {
	var r recorder
	b := NewBuffer(NewShutdown(), &r, nil)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 1000 {
				if _, err := b.Write([]byte("12345678")); err != nil {
					t.Error(err)
				}
				b.Flush()
			}
		})
	}
	group.Wait()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if n := len(strings.ReplaceAll(r.text(), "|", "")); n != 32000 {
		t.Errorf("%d bytes", n)
	}
}

// A small is a file with room for so many bytes only.
type small struct {
	*os.File
	room int
}

func (s *small) Write(p []byte) (int, error) {
	n := min(len(p), s.room)
	s.room -= n
	if n, err := s.File.Write(p[:n]); err != nil {
		return n, err
	}
	if n < len(p) {
		return n, errors.New("no room")
	}
	return n, nil
}

// TestCut: a file without room for a line holds no part of it, however many blocks the
// line takes.
func TestCut(t *testing.T) {
	for _, test := range []struct {
		lines []string
		room  int
		want  string
	}{
		{[]string{"one\n", "two\n"}, 6, "one\n"},
		{[]string{"one\n", "two\n"}, 4, "one\n"},
		{[]string{"one\n", "two\n"}, 3, ""},
		{[]string{"one\n", strings.Repeat("x", 3*maxBlock), strings.Repeat("y", 3*maxBlock) + "\n"}, 5 * maxBlock, "one\n"},
	} {
		f, err := os.Create(filepath.Join(t.TempDir(), "trace"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		told := 0
		b := NewBuffer(NewShutdown(), &small{f, test.room}, func(error) { told++ })
		for _, line := range test.lines {
			b.Write([]byte(line))
		}
		if err := b.Close(); err == nil || told != 1 {
			t.Errorf("%v, told %d times", err, told)
		}
		if got, _ := os.ReadFile(f.Name()); string(got) != test.want {
			t.Errorf("room %d: %d bytes, want %q", test.room, len(got), test.want)
		}
	}
}
