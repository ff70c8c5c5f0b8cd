package proto

// A goLens is a type of the language that is decoded by Go code.
type goLens struct {
	name        string
	size, align int // in memory and registers
	signed      bool
	word        bool // as wide as a pointer, whatever size says
	memory      bool // the bits are the address of a value of size bytes
	lens        Lens
	sized       SizedLens // of NAME[n]: the bits are the address of n bytes
	always      bool      // sized, an out-argument: decoded though the call failed
}

// lenses are all of them. One line makes a type; the struct that it names has
// the code, in lens_NAME.go.
var lenses = []goLens{
	{name: "fd", size: 4, align: 4, signed: true, lens: fdLens{}},
	{name: "dirfd", size: 4, align: 4, signed: true, lens: fdLens{cwd: true}},
	{name: "dev_t", size: 8, align: 8, lens: devLens{}},
	{name: "pid_t", size: 4, align: 4, signed: true, lens: pidLens{}},
	{name: "uid", size: 4, align: 4, lens: idLens{}},
	{name: "gid", size: 4, align: 4, lens: idLens{}},
	{name: "quota_op", size: 4, align: 4, lens: quotaLens{}},
	{name: "swap_flags", size: 4, align: 4, lens: swapLens{}},
	{name: "uring_params", always: true, sized: uringParamsLens{}},
	{name: "uring_probe", sized: uringProbeLens{}},
	{name: "uring_restriction", size: 16, align: 4, memory: true, lens: uringRestrictionLens{}},
	{name: "uring_workers", sized: uringWorkersLens{}},
	{name: "mode_t", size: 4, align: 4, lens: modeLens{}},
	{name: "file_handle", size: 8, align: 4, memory: true, lens: handleLens{}},
	{name: "handle_out", always: true, sized: handleOutLens{}},
	{name: "stat", size: 144, align: 8, memory: true, lens: statLens{}},

	{name: "socket_type", size: 4, align: 4, lens: socketTypeLens{}},
	{name: "clone_flags", size: 8, align: 8, word: true, lens: cloneLens{}},
	{name: "clone_left", sized: cloneLeftLens{}},
	{name: "xfeatures", size: 8, align: 8, lens: xfeatureLens{set: true}},
	{name: "xfeature", size: 8, align: 8, lens: xfeatureLens{}},
	{name: "user_desc", size: 16, align: 4, memory: true, lens: userDescLens{}},
	{name: "user_desc_result", size: 4, align: 4, signed: true, lens: userDescResult{}},
	{name: "ioprio", size: 4, align: 4, lens: ioprioLens{}},
	{name: "ioprio_result", size: 4, align: 4, signed: true, lens: ioprioLens{result: true}},
	{name: "sigset_part", sized: sigsetLens{part: true}},
	{name: "page_status", size: 4, align: 4, signed: true, lens: pageStatusLens{}},
	{name: "cstring65", size: 65, align: 1, memory: true, lens: cstringLens{size: 65}},
	{name: "sched_attr", size: 4, align: 4, memory: true, lens: schedAttrLens{}},
	{name: "futex_wake_op", size: 4, align: 4, lens: futexWakeLens{}},
	{name: "prctl_name", size: 8, align: 8, word: true, lens: taskNameLens{}},
	{name: "pr_ptracer", size: 8, align: 8, word: true, lens: ptracerLens{}},
	{name: "pr_pid_type", size: 8, align: 8, word: true, lens: pidTypeLens{}},
	{name: "shm_get_flags", size: 4, align: 4, lens: ipcModeLens{"shm_bits"}},
	{name: "ipc_flags", size: 4, align: 4, lens: ipcModeLens{"ipc_bits"}},
	{name: "sigframe", size: 8, align: 8, word: true, lens: sigframeLens{}},
	{name: "rlim_t", size: 8, align: 8, word: true, lens: rlimLens{}},
	{name: "time_t", size: 8, align: 8, word: true, signed: true, lens: timeLens{}},
	{name: "utime_timespecs", size: 32, align: 8, memory: true, lens: stampsLens{stampLens{unit: "tv_nsec", nanos: 1, words: true}}},
	{name: "dated_timevals", size: 32, align: 8, memory: true, lens: stampsLens{stampLens{unit: "tv_usec", nanos: 1000}}},
	{name: "ticks", size: 8, align: 8, word: true, lens: ticksLens{}},
	{name: "time_result", size: 8, align: 8, word: true, signed: true, lens: timeLens{result: true}},
	{name: "sigevent", size: 64, align: 8, memory: true, lens: sigeventLens{}},
	{name: "wait_status", size: 4, align: 4, lens: waitLens{}},
	{name: "siginfo_t", size: siginfoBytes, align: 8, memory: true, lens: siginfoLens{}},
	{name: "sigset", sized: sigsetLens{}},
	{name: "sigmask", size: 8, align: 8, lens: sigmaskLens{}},
	{name: "ksigaction", size: 32, align: 8, memory: true, lens: sigactionLens{}},
	{name: "sighandler", size: 8, align: 8, word: true, lens: handlerLens{}},
	{name: "fd_set", sized: bitSetLens{fd: true}},
	{name: "cpu_set", sized: bitSetLens{bytes: true}},
	{name: "nodemask", sized: nodemaskLens{}},
	{name: "mincore_vec", sized: mincoreLens{}},
	{name: "sockaddr", sized: sockaddrLens{}},
	{name: "sockopt", sized: sockoptLens{}},
	{name: "sockopt_out", sized: sockoptOutLens{}},
	{name: "sock_filters", sized: filters{}},
	{name: "seccomp_filters", sized: filters{seccomp: true}},
	{name: "htons", size: 2, align: 2, lens: netOrder{of: "htons"}},
	{name: "htonl", size: 4, align: 4, lens: netOrder{of: "htonl"}},
	{name: "htonl_hex", size: 4, align: 4, lens: netOrder{of: "htonl", hex: true}},
	{name: "htons_eth", size: 2, align: 2, lens: netOrder{of: "htons", enum: "eth_protocol"}},
	{name: "if_index", size: 4, align: 4, lens: linkLens{}},
	{name: "in_addr", size: 4, align: 4, lens: inetLens{}},
	{name: "in6_addr", size: 16, align: 1, memory: true, lens: inet6Lens{}},
	{name: "mac6", size: 6, align: 1, memory: true, lens: macLens(6)},
	{name: "mac8", size: 8, align: 1, memory: true, lens: macLens(8)},
	{name: "cstring14", size: 14, align: 1, memory: true, lens: cstringLens{size: 14}},
	{name: "cstring16", size: 16, align: 1, memory: true, lens: cstringLens{size: 16}},
	{name: "text63", size: 63, align: 1, memory: true, lens: cstringLens{63, true}},
	{name: "nl_groups", size: 4, align: 4, lens: groupsLens{}},
	{name: "l2cap_psm", size: 2, align: 2, lens: bluetoothLens{enum: "l2cap_psm_name", dynamic: []dynamicRange{{0x1001, "L2CAP_PSM_DYN_START"}, {0x80, "L2CAP_PSM_LE_DYN_START"}}}},
	{name: "l2cap_cid", size: 2, align: 2, lens: bluetoothLens{enum: "l2cap_cid_name", dynamic: []dynamicRange{{0x40, "L2CAP_CID_DYN_START"}}}},
	{name: "iovecs_in", always: true, sized: iovecsLens{}},
	{name: "attr_text", size: 1, align: 1, memory: true, lens: attrText{}},
	{name: "attr_mac", size: 1, align: 1, memory: true, lens: attrMAC{}},
	{name: "attr_addr", size: 1, align: 1, memory: true, lens: attrAddress{}},
	{name: "attr_inet_conf", size: 1, align: 1, memory: true, lens: attrTable{enum: "ipv4_devconf", size: 4, behind: "-1", from: 1}},
	{name: "attr_inet6_conf", size: 1, align: 1, memory: true, lens: attrTable{enum: "ipv6_devconf", size: 4}},
	{name: "attr_inet6_stats", size: 1, align: 1, memory: true, lens: attrTable{enum: "ipstats_mib", size: 8}},
	{name: "attr_icmp6_stats", size: 1, align: 1, memory: true, lens: attrTable{enum: "icmp6_mib", size: 8}},
	{name: "attr_protocol", size: 1, align: 1, memory: true, lens: attrNumber{enum: "ip_protocol"}},
	{name: "attr_uints", size: 1, align: 1, memory: true, lens: attrArray{typ: "uint", size: 4}},
	{name: "attr_masks", size: 1, align: 1, memory: true, lens: attrArray{typ: "uint64_hex", size: 8}},
	{name: "attr_meminfo", size: 1, align: 1, memory: true, lens: attrTable{enum: "sk_meminfo", size: 4}},
	{name: "attr_shutdown", size: 1, align: 1, memory: true, lens: attrRemarked{set: "shutdown_flags"}},
	{name: "attr_unix_vfs", size: 1, align: 1, memory: true, lens: attrUnixFile{}},
	{name: "attr_inet_sockopt", size: 1, align: 1, memory: true, lens: attrInetOptions{}},
	{name: "tcp_states", size: 4, align: 4, lens: shiftedLens{enum: "tcp_state"}},
	{name: "inet_diag_exts", size: 1, align: 1, lens: shiftedLens{enum: "inet_diag_type", less: 1}},
	{name: "mac32", size: 32, align: 1, memory: true, lens: macLens(32)},
	{name: "packet", sized: packetLens{}},
	{name: "control", sized: controlLens{}},
	{name: "msghdr", size: 56, align: 8, memory: true, lens: msghdrLens{}},
	{name: "msghdr_out", sized: receivedLens{}, always: true},
	{name: "mmsghdrs", sized: messagesLens{}, always: true},
	{name: "mmsghdrs_out", sized: messagesLens{in: true}},
	{name: "recvmmsg_result", size: 4, align: 4, signed: true, lens: recvmmsgResult{}},
	{name: "sockaddr_out", sized: sockaddrOutLens{}},
	{name: "msgbuf", sized: msgbufLens{}},
	{name: "dirents", sized: direntsLens{}},
	{name: "dirents64", sized: direntsLens{typed: true}},
	{name: "xattr_value", sized: xattrLens{}},
	{name: "xattr_list", sized: xattrLens{list: true}},
	{name: "ioctl_request", size: 4, align: 4, lens: ioctlLens{}},
	{name: "poll_result", size: 4, align: 4, signed: true, lens: pollResult{}},
	{name: "ppoll_result", size: 4, align: 4, signed: true, lens: pollResult{timed: true}},
	{name: "select_result", size: 4, align: 4, signed: true, lens: selectResult{unit: "tv_usec"}},
	{name: "pselect_result", size: 4, align: 4, signed: true, lens: selectResult{unit: "tv_nsec"}},
	{name: "cap_data", size: 24, align: 4, memory: true, lens: capsLens{}},
}

func findLens(name string) *goLens {
	for i := range lenses {
		if lenses[i].name == name {
			return &lenses[i]
		}
	}
	return nil
}
