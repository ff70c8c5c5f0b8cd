package pty

import (
	"fmt"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// Descriptors of plait's own.
const (
	stdin  = 0
	stdout = 1
	stderr = 2
)

// A Terminal is a pseudo-terminal for a command. A nil *Terminal is none: the command has
// plait's own descriptors, and all methods do nothing.
type Terminal struct {
	master, slave int
	end           int           // an eventfd(2), readable when the command has ended
	drained       chan struct{} // closed: all output has been relayed
	moved         atomic.Int64  // bytes of output that were relayed
	own           ownTerminal
}

// Open makes a terminal. It has the modes of plait's own terminal if that is standard input,
// and the size of plait's own terminal if there is one. Otherwise the size is unknown, which
// is 0, and the terminal does not echo: what comes from a file or a pipe is no typing.
func Open() (*Terminal, error) {
	master, slave, err := openPair()
	if err != nil {
		return nil, fmt.Errorf("no pseudo-terminal: %w", err)
	}
	t := &Terminal{master: master, slave: slave, drained: make(chan struct{})}
	if t.end, err = unix.Eventfd(0, unix.EFD_CLOEXEC); err == nil {
		err = t.adoptModes()
	}
	if err != nil {
		return nil, fmt.Errorf("no pseudo-terminal: %w", err)
	}
	t.adoptSize()
	return t, nil
}

func openPair() (master, slave int, err error) {
	const flags = unix.O_RDWR | unix.O_NOCTTY | unix.O_CLOEXEC
	if master, err = unix.Open("/dev/ptmx", flags|unix.O_NONBLOCK, 0); err != nil {
		return 0, 0, err
	}
	if err = unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0); err != nil {
		return 0, 0, err
	}
	// Not by the path of the slave: /dev/pts may belong to another mount of devpts.
	fd, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(master), unix.TIOCGPTPEER, flags)
	if errno != 0 {
		return 0, 0, errno
	}
	return master, int(fd), nil
}

// Slave returns the descriptor of the side that the command gets.
func (t *Terminal) Slave() int { return t.slave }

// Give gives the terminal to another user, who may then open it by its name.
func (t *Terminal) Give(uid uint32) error {
	if t == nil {
		return nil
	}
	return unix.Fchown(t.slave, int(uid), -1)
}

func (t *Terminal) adoptModes() error {
	if modes, err := unix.IoctlGetTermios(stdin, unix.TCGETS); err == nil {
		t.own = ownTerminal{modes: modes}
		return unix.IoctlSetTermios(t.slave, unix.TCSETS, modes)
	}
	modes, err := unix.IoctlGetTermios(t.slave, unix.TCGETS)
	if err != nil {
		return err
	}
	modes.Lflag &^= unix.ECHO
	return unix.IoctlSetTermios(t.slave, unix.TCSETS, modes)
}

// adoptSize makes the terminal as large as plait's own. The kernel sends SIGWINCH to the
// command if that is a change.
func (t *Terminal) adoptSize() {
	for _, fd := range []int{stdin, stdout, stderr} {
		if size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ); err == nil {
			_ = unix.IoctlSetWinsize(t.master, unix.TIOCSWINSZ, size)
			return
		}
	}
}

// Start begins to relay, when the command has been launched. Restore or End must follow.
func (t *Terminal) Start() {
	if t == nil {
		return
	}
	t.own.makeRaw()
	t.watch()
	go t.relayInput()
	go t.relayOutput()
}
