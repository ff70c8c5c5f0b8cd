package explain

import (
	"regexp"

	"plait/event"
	"plait/output/text"
)

// The parts of the address of a socket, as the trace shows it.
var (
	port = regexp.MustCompile(`htons\((\d+)\)`)
	host = regexp.MustCompile(`inet_addr\("([^"]*)"\)|inet_pton\(AF_INET6, "([^"]*)"`)
	unix = regexp.MustCompile(`sun_path=(@?"[^"]*")`)
)

// address writes the address of a socket in short, 127.0.0.1 port 80, or else as the trace
// shows it.
func address(look text.Options, v event.Value) string {
	shown := text.Value(v, &event.Call{Kind: event.System}, look)
	if m := unix.FindStringSubmatch(shown); m != nil {
		return m[1]
	}
	h, p := host.FindStringSubmatch(shown), port.FindStringSubmatch(shown)
	if h == nil || p == nil {
		return shown
	}
	return h[1] + h[2] + " port " + p[1]
}

// isAddress reports whether a value is the address of a socket.
func isAddress(v event.Record) bool { return len(v.Fields) > 1 && v.Fields[0].Name == "sa_family" }
