package lens

import (
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// waitLens decodes the status of wait4(2) as the macros that test it (sys/wait.h).
type waitLens struct{}

func (waitLens) Decode(s *decode.Source, bits uint64) event.Value {
	return event.List{Items: []event.Value{event.Verbatim{Text: waitText(s, uint32(bits))}}}
}

// Parts of a wait status (bits/waitstatus.h, sys/ptrace.h).
const (
	waitContinued = 0xffff
	waitStopped   = 0x7f
	waitCore      = 0x80
	sysGood       = 0x80 // PTRACE_O_TRACESYSGOOD
)

func waitText(s *decode.Source, status uint32) string {
	signal := func(n uint32) string {
		if name := values.Name(s, "signum", uint64(n)); name != "" {
			return name
		}
		return values.Decimal(uint64(n))
	}
	low, high := status&0x7f, status>>8
	switch {
	case status == waitContinued:
		return "{WIFCONTINUED(s)}"
	case status&0xff == waitStopped:
		return "{WIFSTOPPED(s) && WSTOPSIG(s) == " + stopSignal(high&0xff, signal) + "}" + stopEvent(s, status)
	case low == waitStopped:
		return values.Hex(uint64(status))
	case low != 0:
		text := "{WIFSIGNALED(s) && WTERMSIG(s) == " + signal(low)
		if status&waitCore != 0 {
			text += " && WCOREDUMP(s)"
		}
		return text + "}" + stopEvent(s, status)
	}
	return "{WIFEXITED(s) && WEXITSTATUS(s) == " + values.Decimal(uint64(high&0xff)) + "}" + stopEvent(s, status)
}

// stopSignal returns the signal of a stop. A bit marks stops at system calls.
func stopSignal(sig uint32, name func(uint32) string) string {
	if sig&sysGood != 0 {
		return name(sig&^sysGood) + " | 0x80"
	}
	return name(sig)
}

// stopEvent returns the ptrace event of a stop, which is above the signal in the status.
func stopEvent(s *decode.Source, status uint32) string {
	ev := uint64(status >> 16)
	if ev == 0 {
		return ""
	}
	name := values.Name(s, "ptrace_event", ev)
	if name == "" {
		name = values.Hex(ev) + " /* PTRACE_EVENT_??? */"
	}
	return "|" + name + "<<16"
}
