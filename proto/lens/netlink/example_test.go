package netlink_test

import (
	"os"
	"strings"

	"plait/arch"
	"plait/event"
	"plait/output/text"
	"plait/proto"
	"plait/proto/decode"
	"plait/proto/lens/netlink"
)

// ExampleMessages decodes a request for the state of the network interfaces. The names come from the embedded types, which a source knows while it
// decodes a prototype.
func ExampleMessages() {
	const route, addr = 0, 16       // NETLINK_ROUTE, address of the request
	request := "\x14\x00\x00\x00" + // length
		"\x12\x00" + "\x01\x03" + // RTM_GETLINK, flags
		"\x01\x00\x00\x00" + "\x00\x00\x00\x00" + // sequence number, sender
		"\x00\x00\x00\x00" // family
	file, _ := proto.Parse("example", "void f()", proto.Embedded(arch.AMD64))
	s := &decode.Source{Arch: arch.AMD64, Kind: event.System, Memory: strings.NewReader(strings.Repeat("\x00", addr) + request)}
	file.Lookup("f").Enter(s)

	call := &event.Call{ID: 1, Kind: event.System, Name: "send"}
	call.Args = []event.Arg{{Value: netlink.Messages(s, route, addr, uint64(len(request)))}}
	printer := text.New(os.Stdout, text.Options{Style: text.Strace})
	printer.Emit(&event.Enter{Call: call})
	printer.Emit(&event.Return{Call: call, Result: event.Int{Bits: 20, Size: 8}})
	// Output: send([{nlmsg_len=20, nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP, nlmsg_seq=1, nlmsg_pid=0}, {ifi_family=AF_UNSPEC, ...}]) = 20
}
