package cli

import (
	"bytes"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/output"
)

// newConsole returns a Buffer that writes to standard error: messages, and the trace
// if it goes nowhere else.
func newConsole(stderr io.Writer, u *output.Shutdown) *output.Buffer {
	if f, ok := stderr.(*os.File); ok {
		stderr = &console{int(f.Fd()), u, IsTerminal(f)}
	}
	return output.NewDirect(u, stderr)
}

// A console writes to a descriptor that plait shares with the tracee and others. So
// plait does not change its flags, and a write may block: the signal of
// Shutdown.Begin interrupts that. (os.File would restart the write.)
type console struct {
	fd       int
	shutdown *output.Shutdown
	mayBeRaw bool // it is a terminal that may leave lines as they are (termios(3), OPOST)
}

func (c *console) Write(p []byte) (written int, err error) {
	if c.mayBeRaw && isRaw(c.fd) {
		return returned(p, c.write)
	}
	return c.write(p)
}

// returned writes p by write, with each line ended by a carriage return, too.
func returned(p []byte, write func([]byte) (int, error)) (written int, err error) {
	lines := bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))
	n, err := write(lines)
	if err == nil {
		return len(p), nil
	}
	added := bytes.Count(lines[:n], []byte("\r\n"))
	if bytes.HasPrefix(lines[n:], []byte("\n")) {
		added++ // its carriage return was written
	}
	return n - min(added, n), err
}

func isRaw(fd int) bool {
	modes, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	return err == nil && modes.Oflag&unix.OPOST == 0
}

func (c *console) write(p []byte) (written int, err error) {
	for written < len(p) {
		n, err := syscall.Write(c.fd, p[written:])
		switch {
		case err == nil:
			written += n
		case err == syscall.EAGAIN: // another process has set O_NONBLOCK
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLOUT}}, -1)
			fallthrough
		case err == syscall.EINTR:
			if c.shutdown.Begun() {
				return written, output.ErrInterrupted
			}
		default:
			return written, err
		}
	}
	return written, nil
}
