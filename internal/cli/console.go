package cli

import (
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
		stderr = &console{int(f.Fd()), u}
	}
	return output.NewDirect(u, stderr)
}

// A console writes to a descriptor that plait shares with the tracee and others. So
// plait does not change its flags, and a write may block: the signal of
// Shutdown.Begin interrupts that. (os.File would restart the write.)
type console struct {
	fd       int
	shutdown *output.Shutdown
}

func (c *console) Write(p []byte) (written int, err error) {
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
