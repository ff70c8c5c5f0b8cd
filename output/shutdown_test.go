package output

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A sleeper is a reader that takes nothing until it is woken. A write that was begun
// before ends when it is interrupted.
type sleeper struct {
	recorder
	woken, interrupted chan struct{}
}

func newSleeper() *sleeper {
	return &sleeper{woken: make(chan struct{}), interrupted: make(chan struct{})}
}

func (s *sleeper) Write(p []byte) (int, error) {
	select {
	case <-s.woken:
		return s.recorder.Write(p)
	case <-s.interrupted:
		s.interrupted = nil // once
		n := min(len(p), 1)
		_, _ = s.recorder.Write(p[:n])
		return n, ErrInterrupted
	}
}

func (s *sleeper) all() string { return strings.ReplaceAll(s.text(), "|", "") }

// TestReaderSleeps: a writer that is faster than the reader waits. Once plait shuts
// down no writer waits, and a reader that resumes gets everything.
func TestReaderSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u, s := NewShutdown(), newSleeper()
		b := NewBuffer(u, s, nil)
		line := strings.Repeat("x", 1023) + "\n"
		const lines = 1000
		written := 0
		var group sync.WaitGroup
		group.Go(func() {
			for range lines {
				if _, err := b.Write([]byte(line)); err != nil {
					t.Error(err)
				}
				written += len(line)
			}
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(time.Hour)
		synctest.Wait()
		if written > 3*maxBlock {
			t.Errorf("%d bytes were taken though nobody reads", written)
		}
		u.Begin()
		group.Wait()
		if n := b.held(); n != lines*len(line) {
			t.Errorf("%d bytes are kept, not %d", n, lines*len(line))
		}
		close(s.woken)
		if err := u.Settle(); err != nil || s.all() != strings.Repeat(line, lines) {
			t.Errorf("%v, %d bytes arrived", err, len(s.all()))
		}
	})
}

// TestQuit: text that nobody reads is lost in the end, and plait says so; text that is
// merely read slowly is not lost.
func TestQuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u, s := NewShutdown(), newSleeper()
		b := NewBuffer(u, s, nil)
		write(t, b, "12345")
		u.Force()
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		slow := time.AfterFunc(graceTime/2, func() { close(s.woken) })
		slow.Stop()
		lost, ok := errors.AsType[*LostError](u.Settle())
		if !ok || lost.Bytes != 5 {
			t.Errorf("lost: %+v", lost)
		}
		slow.Reset(graceTime / 2)
		if err := u.Settle(); err != nil || s.all() != "12345" {
			t.Errorf("%v, %q", err, s.all())
		}
	})
}

// TestKept: plait keeps no more than there is room for. Then the trace ends, if no
// writer may wait.
func TestKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u, s := NewShutdown(), newSleeper()
		var told error
		b := NewBuffer(u, s, func(err error) { told = err })
		u.Begin()
		block := bytes.Repeat([]byte("x"), 1<<20)
		done := false
		go func() {
			for range 2 * maxKept >> 20 {
				if _, err := b.Write(block); err != nil {
					break
				}
			}
			done = true
		}()
		time.Sleep(time.Hour)
		synctest.Wait()
		if done || !u.Waiting() || b.held() > maxKept+len(block) {
			t.Errorf("%d bytes are kept, done: %v", b.held(), done)
		}
		u.Force()
		synctest.Wait()
		if !done || told != errUnread || b.Err() != errUnread {
			t.Errorf("done: %v, told %v", done, told)
		}
		close(s.woken)
	})
}

// TestDirect: a direct write is over when Write returns. An interrupted one is
// continued, and what follows waits for a moment.
func TestDirect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u, s := NewShutdown(), newSleeper()
		u.SetWake(sync.OnceFunc(func() { close(s.interrupted) }))
		b := NewDirect(u, s)
		time.AfterFunc(time.Second, u.Begin)
		begun := time.Now()
		write(t, b, "12345\n")
		write(t, b, "6\n")
		write(t, b, "7\n")
		if took := time.Since(begun); took < time.Second || took > time.Second+2*directWait || s.all() != "1" {
			t.Errorf("after %v: %q", took, s.all())
		}
		if _, err := b.WriteAsync([]byte("8\n")); err != nil {
			t.Error(err)
		}
		close(s.woken)
		if err := u.Settle(); err != nil || s.all() != "12345\n6\n7\n8\n" {
			t.Errorf("%v, %q", err, s.all())
		}
	})
}

// TestUnread: a file without a reader does not block others, and begins when it gets
// one.
func TestUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		read := make(chan struct{})
		made := map[string]*recorder{"fifo": {}, "file": {}}
		files := NewFiles(func(name string, again, wait bool) (io.WriteCloser, error) {
			if name == "fifo" && !wait {
				return nil, ErrNoReader
			}
			if name == "fifo" {
				<-read
			}
			return made[name], nil
		})
		u := NewShutdown()
		for _, name := range []string{"fifo", "file"} {
			f, err := files.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			write(t, NewBuffer(u, f, nil), name)
		}
		time.Sleep(2 * maxDelay)
		if made["fifo"].text() != "" || made["file"].text() != "file" {
			t.Errorf("%q, %q", made["fifo"].text(), made["file"].text())
		}
		close(read)
		synctest.Wait()
		if got := made["fifo"].text(); got != "fifo" {
			t.Errorf("%q", got)
		}
	})
}
