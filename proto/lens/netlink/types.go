package netlink

import "plait/proto/decode"

// Types are the types of attributes and of other parts of messages. One line makes a
// type. The struct that it names has the code.
var Types = []decode.GoType{
	{Name: "attr_text", Size: 1, Align: 1, Memory: true, Lens: attrText{}},
	{Name: "attr_link_kind", Size: 1, Align: 1, Memory: true, Lens: attrLinkKind{}},
	{Name: "attr_link_data", Size: 1, Align: 1, Memory: true, Lens: attrLinkData{}},
	{Name: "attr_multipath", Size: 1, Align: 1, Memory: true, Lens: attrMultipath{}},
	{Name: "attr_via", Size: 1, Align: 1, Memory: true, Lens: attrVia{}},
	{Name: "attr_mac", Size: 1, Align: 1, Memory: true, Lens: attrMAC{}},
	{Name: "attr_addr", Size: 1, Align: 1, Memory: true, Lens: attrAddress{}},
	{Name: "attr_inet_conf", Size: 1, Align: 1, Memory: true, Lens: attrTable{enum: "ipv4_devconf", size: 4, behind: "-1", from: 1}},
	{Name: "attr_inet6_conf", Size: 1, Align: 1, Memory: true, Lens: attrTable{enum: "ipv6_devconf", size: 4}},
	{Name: "attr_inet6_stats", Size: 1, Align: 1, Memory: true, Lens: attrTable{enum: "ipstats_mib", size: 8}},
	{Name: "attr_icmp6_stats", Size: 1, Align: 1, Memory: true, Lens: attrTable{enum: "icmp6_mib", size: 8}},
	{Name: "attr_protocol", Size: 1, Align: 1, Memory: true, Lens: attrNumber{enum: "ip_protocol"}},
	{Name: "attr_bytes", Size: 1, Align: 1, Memory: true, Lens: attrArray{typ: "uchar", size: 1}},
	{Name: "attr_uints", Size: 1, Align: 1, Memory: true, Lens: attrArray{typ: "uint", size: 4}},
	{Name: "attr_masks", Size: 1, Align: 1, Memory: true, Lens: attrArray{typ: "uint64_hex", size: 8}},
	{Name: "attr_meminfo", Size: 1, Align: 1, Memory: true, Lens: attrTable{enum: "sk_meminfo", size: 4}},
	{Name: "attr_shutdown", Size: 1, Align: 1, Memory: true, Lens: attrAnnotated{set: "shutdown_flags"}},
	{Name: "attr_unix_vfs", Size: 1, Align: 1, Memory: true, Lens: attrUnixFile{}},
	{Name: "attr_inet_sockopt", Size: 1, Align: 1, Memory: true, Lens: attrInetOptions{}},
	{Name: "br_boolopts", Size: 4, Align: 4, Lens: shiftedLens{enum: "br_boolopt"}},
	{Name: "tcp_states", Size: 4, Align: 4, Lens: shiftedLens{enum: "tcp_state"}},
	{Name: "inet_diag_exts", Size: 1, Align: 1, Lens: shiftedLens{enum: "inet_diag_type", less: 1}},
}
