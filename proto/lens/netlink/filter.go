package netlink

import (
	"strings"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// Messages of netfilter (linux/netfilter/nfnetlink.h). The type consists of a subsystem
// and its operation.

const netlinkNetfilter = 12

// nfnetlinkName returns the name of a message's type.
func nfnetlinkName(s *decode.Source, kind uint16) string {
	if name := values.Name(s, "nfnl_batch", uint64(kind)); name != "" {
		return name
	}
	subsystem, message := uint64(kind>>8), uint64(kind&0xff)
	text := values.Hex(message)
	if values.Name(s, "nfnl_subsystem", subsystem) != "" && subsystem != 0 {
		text = values.Enum(s, "nfnl_message_"+values.Decimal(subsystem), message, 1)
	}
	return values.Enum(s, "nfnl_subsystem", subsystem, 1) + "<<8|" + text
}

// nfnetlinkFlags returns the name of the set of a message's flags, by its operation.
func nfnetlinkFlags(s *decode.Source, kind uint16) string {
	_, message, _ := strings.Cut(nfnetlinkName(s, kind), "<<8|")
	switch {
	case strings.HasPrefix(message, "IPSET_"), strings.Contains(message, "_DEFAULT_"):
		return "nl_flags"
	case strings.Contains(message, "_NEW"):
		return "nl_new_flags"
	case strings.Contains(message, "_DEL"):
		return "nl_delete_flags"
	case strings.Contains(message, "_GET"):
		return "nl_get_flags"
	}
	return "nl_flags"
}

// netfilter decodes the header of a message and its attributes.
func (nl *netlink) netfilter(b []byte, addr uint64) []event.Value {
	const head = 4
	if len(b) < head {
		return []event.Value{bytesInHex(nl.s, b)}
	}
	out := []event.Value{nl.s.From("nfgenmsg", b, addr)}
	if len(b) > head {
		out = append(out, attributes(nl.s, b[head:], addr+head, nil))
	}
	return out
}
