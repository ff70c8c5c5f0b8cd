package tracer

import (
	"encoding/binary"

	"plait/ptrace"
)

// The kernel does not tell a tracer about a child made with CLONE_UNTRACED. If such a
// child would hit our breakpoints, would have our filter without a tracer, or is to be
// followed, plait takes the flag out of the call. It restores the flag before anybody
// can look: for the parent when the call returns, for the child at its first stop.

const cloneUntraced = 0x00800000 // CLONE_UNTRACED (clone(2))

// An untraced is a call from which the flag was taken.
type untraced struct {
	flags uint64 // before
	at    uint64 // their address; 0: they are in the call's first register
}

// takeUntracedFlag takes the flag from a call that begins.
func (t *Tracer) takeUntracedFlag(tr *tracee, info *ptrace.SyscallInfo) error {
	if info.Arch != t.arch.Audit || tr.untraced != nil || !t.mustTraceChildren(tr) {
		return nil
	}
	u := t.untracedClone(tr, info.Nr, info.Args)
	if u == nil {
		return nil
	}
	tr.untraced, tr.cloningUntraced = u, false
	return t.setFlags(tr, u, u.flags&^cloneUntraced)
}

// mustTraceChildren tells whether children of a thread have to be traced.
func (t *Tracer) mustTraceChildren(tr *tracee) bool {
	return tr.hasSites() || tr.filtering != unfiltered || t.Follow && tr.shown && !t.ShowExec
}

// untracedClone describes a call that makes an untraced child. It is nil for any other
// call.
func (t *Tracer) untracedClone(tr *tracee, nr uint64, args [6]uint64) *untraced {
	u := &untraced{flags: args[0]}
	if nr == t.arch.Calls.Clone3 {
		var b [8]byte
		u.at = args[0]
		if _, err := t.Kernel.Read(tr.tid, u.at, b[:]); err != nil {
			return nil
		}
		u.flags = binary.NativeEndian.Uint64(b[:])
	}
	if nr != t.arch.Calls.Clone && nr != t.arch.Calls.Clone3 || u.flags&cloneUntraced == 0 {
		return nil
	}
	return u
}

func (t *Tracer) setFlags(tr *tracee, u *untraced, flags uint64) error {
	if u.at != 0 {
		_, err := t.Kernel.Write(tr.tid, u.at, binary.NativeEndian.AppendUint64(nil, flags))
		return err
	}
	if native, err := t.loadRegs(tr); err != nil || !native {
		return err
	}
	tr.regs.SetSyscallArg(0, flags)
	return t.storeRegs(tr)
}

// restoreFlags gives the call its flags back.
func (t *Tracer) restoreFlags(tr *tracee) error {
	u := tr.untraced
	if u == nil {
		return nil
	}
	tr.untraced = nil
	return t.setFlags(tr, u, u.flags)
}

// restoreFlagsInMemory restores flags in memory as soon as a child exists that may share
// it.
func (t *Tracer) restoreFlagsInMemory(tr *tracee) error {
	if u := tr.untraced; u != nil && u.at != 0 {
		return t.setFlags(tr, u, u.flags)
	}
	return nil
}
