package cli

import (
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/output"
)

// newConsole returns what writes to standard error: messages, and the trace if it goes
// nowhere else.
func newConsole(stderr io.Writer, u *output.Shutdown) *output.Buffer {
	if f, ok := stderr.(*os.File); ok {
		stderr = &console{int(f.Fd()), u}
	}
	return output.NewDirect(u, stderr)
}

// A console writes to a descriptor that is not plait's own: the tracee has it too, and
// others. So it is left as it is, and a write may block: the signal of Shutdown.Begin
// ends that. (os.File would go on with it.)
type console struct {
	fd      int
	urgency *output.Shutdown
}

func (c *console) Write(p []byte) (written int, err error) {
	for written < len(p) {
		n, err := syscall.Write(c.fd, p[written:])
		switch {
		case err == nil:
			written += n
		case err == syscall.EAGAIN: // whoever else has it has made it so
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLOUT}}, -1)
			fallthrough
		case err == syscall.EINTR:
			if c.urgency.Begun() {
				return written, output.ErrInterrupted
			}
		default:
			return written, err
		}
	}
	return written, nil
}
