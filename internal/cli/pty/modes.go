package pty

import (
	"sync"

	"golang.org/x/sys/unix"
)

// ownTerminal is plait's own terminal, if its standard input is one. While a command has a
// terminal of its own, plait's is raw: what is typed goes to the command as it is, and the
// command's terminal makes signals and lines of it.
type ownTerminal struct {
	mu    sync.Mutex
	modes *unix.Termios // as they were; nil: standard input is no terminal
	raw   bool
	done  bool // the modes stay as they were
}

// makeRaw makes the terminal raw, as cfmakeraw(3) does. In the background plait must not
// change the modes of a terminal that another job uses.
func (o *ownTerminal) makeRaw() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.modes == nil || o.done || !foreground() {
		return
	}
	raw := *o.modes
	raw.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	raw.Oflag &^= unix.OPOST
	raw.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	raw.Cflag = raw.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 1, 0
	o.raw = unix.IoctlSetTermios(stdin, unix.TCSETS, &raw) == nil
}

// restore gives the terminal its modes back. final says that it is not to become raw again.
func (o *ownTerminal) restore(final bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done = o.done || final
	if o.raw && foreground() {
		_ = unix.IoctlSetTermios(stdin, unix.TCSETS, o.modes)
	}
	o.raw = false
}

// foreground reports whether plait may change the modes of its terminal. If not, the kernel
// would stop it with SIGTTOU.
func foreground() bool {
	group, err := unix.IoctlGetInt(stdin, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
