package pty

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// Sizes in bytes.
const (
	relaySize = 32 << 10
	maxRest   = 64 << 10 // more than a terminal can hold (8 KiB and a line, drivers/tty/pty.c)
)

// relayOutput writes what the command writes to plait's standard output, until the command
// has ended and nothing is left. If the output cannot be written, the terminal hangs up:
// the command gets SIGHUP, and an error if it writes.
func (t *Terminal) relayOutput() {
	defer close(t.drained)
	b := make([]byte, relaySize)
	for ended, rest := false, 0; !ended || rest < maxRest; {
		n, err := unix.Read(t.master, b)
		switch {
		case n > 0:
			if t.write(b[:n]) != nil {
				t.hangUp()
				return
			}
			if ended {
				rest += n // another process may write without end
			}
		case err == unix.EINTR:
		case ended || err != unix.EAGAIN:
			return
		default:
			ended = t.wait(t.master, unix.POLLIN, forever)
		}
	}
}

const forever = -1 * time.Millisecond

// wait waits until a descriptor is ready, some time has passed, or the command has ended.
// It reports whether the command has ended.
func (t *Terminal) wait(fd int, events int16, atMost time.Duration) (ended bool) {
	fds := []unix.PollFd{{Fd: int32(fd), Events: events}, {Fd: int32(t.end), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(fds, int(atMost.Milliseconds())); err != unix.EINTR {
			return fds[1].Revents != 0
		}
	}
}

// write writes all of b to standard output, which may be slow.
func (t *Terminal) write(b []byte) error {
	for len(b) > 0 {
		n, err := unix.Write(stdout, b)
		switch {
		case n > 0:
			t.moved.Add(int64(n))
			b = b[n:]
		case err == unix.EAGAIN: // another process has set O_NONBLOCK
			_, _ = unix.Poll([]unix.PollFd{{Fd: stdout, Events: unix.POLLOUT}}, -1)
		case err != unix.EINTR:
			return err
		}
	}
	return nil
}

// hangUp closes the master, as when the line of a terminal is cut. The goroutine of the
// input may still use its descriptor, so that is /dev/null from now on.
func (t *Terminal) hangUp() {
	t.announceEnd() // a poll(2) that goes on would keep the master open
	null, err := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err == nil {
		_ = unix.Dup3(null, t.master, unix.O_CLOEXEC)
		unix.Close(null)
	}
}

// relayInput writes what plait reads to the terminal. At the end of its input the command
// reads that end, too.
func (t *Terminal) relayInput() {
	b := make([]byte, relaySize)
	last := byte('\n')
	for !t.wait(stdin, unix.POLLIN, forever) {
		n, err := unix.Read(stdin, b)
		switch {
		case n > 0:
			last = b[n-1]
			if t.enter(b[:n]) != nil {
				return
			}
		case err == nil:
			t.endInput(last)
			return
		case err != unix.EINTR && err != unix.EAGAIN:
			return
		}
	}
}

var errEnded = errors.New("the command has ended")

// enter writes all of b to the terminal, as if it were typed.
func (t *Terminal) enter(b []byte) error {
	for len(b) > 0 {
		n, err := unix.Write(t.master, b)
		switch {
		case n > 0:
			b = b[n:]
		case err == unix.EAGAIN:
			if t.wait(t.master, unix.POLLOUT, forever) {
				return errEnded
			}
		case err != unix.EINTR:
			return err
		}
	}
	return nil
}

// How often plait looks whether the command has read the end of its input.
const (
	firstLook = 5 * time.Millisecond
	lastLook  = time.Second
)

// endInput ends the input after a last byte. What a terminal makes of the character for that
// depends on its modes when the character arrives (termios(3), VEOF), and the command may
// change them with what it reads. So plait waits until all has been read. A command that
// reads on finds the end again, as in a file.
func (t *Terminal) endInput(last byte) {
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		if !t.unread() {
			if last != '\n' {
				_ = t.enter(t.endOfFile()) // it ends only the line
			}
			if t.enter(t.endOfFile()) != nil {
				return
			}
			last = '\n'
		}
		if t.wait(none, 0, pause) {
			return
		}
	}
}

const none = -1 // no descriptor (poll(2))

// unread reports whether there is input that the command has not read.
func (t *Terminal) unread() bool {
	fds := []unix.PollFd{{Fd: int32(t.slave), Events: unix.POLLIN}}
	n, _ := unix.Poll(fds, 0)
	return n > 0
}

// endOfFile returns the character that ends the input, as the command has set it.
func (t *Terminal) endOfFile() []byte {
	modes, err := unix.IoctlGetTermios(t.slave, unix.TCGETS)
	if err != nil {
		return nil
	}
	return modes.Cc[unix.VEOF : unix.VEOF+1]
}

// graceTime is how long plait waits for a reader that does not read, once it shall end.
const graceTime = 250 * time.Millisecond

// End relays what the command has left in the terminal, and gives plait's own terminal its
// modes back. A reader may take its time until shutdown is closed; from then on it must go
// on reading. End reports whether all was relayed.
func (t *Terminal) End(shutdown <-chan struct{}) bool {
	if t == nil {
		return true
	}
	defer t.Restore()
	t.announceEnd()
	select {
	case <-t.drained:
		return true
	case <-shutdown:
	}
	for before := int64(-1); before < t.moved.Load(); {
		before = t.moved.Load()
		select {
		case <-t.drained:
			return true
		case <-time.After(graceTime):
		}
	}
	return false
}

// announceEnd ends all waits for the command.
func (t *Terminal) announceEnd() { _, _ = unix.Write(t.end, []byte{0: 1, 7: 0}) }
