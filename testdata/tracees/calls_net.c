// Calls on sockets with right and wrong arguments. The trace has what each does.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char *page_end; // memory ends here
static void *const nowhere = (void *)0x5000;

// at_end puts a copy of an object on the last bytes of mapped memory.
static void *at_end(const void *thing, size_t size)
{
	return memcpy(page_end - size, thing, size);
}

static void addresses(void)
{
	struct sockaddr_in in = { AF_INET, htons(80), { htonl(INADDR_LOOPBACK) } };
	struct sockaddr_in6 in6 = { AF_INET6, htons(80), htonl(7), IN6ADDR_LOOPBACK_INIT, 1 };
	struct sockaddr_un un = { AF_UNIX, "/nonexistent/socket" };
	struct sockaddr_nl nl = { AF_NETLINK, 0, 0, 3 };
	socklen_t lengths[] = { 0, 1, 2, 3, 7, 8, 15, 16, 17, 28, 110, 128, 129, 0x7fffffff, -1 };
	for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		connect(-1, (void *)&in, lengths[i]);
		connect(-1, (void *)&in6, lengths[i]);
		connect(-1, (void *)&un, lengths[i]);
		bind(-1, (void *)&nl, lengths[i]);
	}
	connect(-1, at_end(&in, sizeof in), sizeof in);
	connect(-1, at_end(&in, sizeof in), sizeof in + 1);
	connect(-1, at_end(&in, sizeof in - 1), sizeof in);
	connect(-1, nowhere, 16);
	connect(-1, 0, 16);
	for (int family = 0; family < 50; family++) {
		unsigned char any[64];
		memset(any, family, sizeof any);
		any[0] = family, any[1] = 0;
		bind(-1, (void *)any, 24);
	}
}

static void lengths(void)
{
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage a;
	int rooms[] = { 0, 1, 2, 8, 16, 128, -1 };
	for (unsigned i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		socklen_t room = rooms[i];
		getsockname(s, (void *)&a, &room);
		room = rooms[i];
		getpeername(s, (void *)&a, &room);
		room = rooms[i];
		accept4(s, (void *)&a, &room, SOCK_NONBLOCK | 1);
	}
	socklen_t room = sizeof a;
	getsockname(s, 0, &room);
	getsockname(s, (void *)&a, 0);
	getsockname(s, nowhere, &room);
	getsockname(s, (void *)&a, nowhere);
	getsockname(-1, (void *)&a, &room);
	close(s);
}

static void options(void)
{
	static int ones[64] = { 1 };
	int s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), one = 1;
	struct linger l = { 1, 5 };
	struct ip_mreqn m = { { htonl(0xe0000001) }, { htonl(INADDR_LOOPBACK) }, 1 };
	struct sock_filter code[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1), BPF_STMT(BPF_RET | BPF_K, -1) };
	struct sock_fprog filter = { 3, code };
	static char buffer[256];
	for (int level = 0; level < 284; level += level < 2 ? 1 : level < 250 ? 5 : 1)
		for (int option = 0; option < 30; option += 7) {
			setsockopt(-1, level, option, &one, sizeof one);
			socklen_t n = sizeof one;
			getsockopt(-1, level, option, &one, &n);
		}
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	setsockopt(s, SOL_SOCKET, SO_LINGER, &l, sizeof l);
	setsockopt(s, SOL_SOCKET, SO_LINGER, at_end(&l, sizeof l), sizeof l);
	setsockopt(s, SOL_SOCKET, SO_LINGER, page_end - 4, sizeof l);
	setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
	setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, &filter, 3);
	setsockopt(s, SOL_IP, IP_ADD_MEMBERSHIP, &m, sizeof m);
	setsockopt(s, SOL_TCP, TCP_CONGESTION, "reno", 5);
	setsockopt(s, SOL_TCP, TCP_NODELAY, ones, -1);
	setsockopt(s, SOL_TCP, TCP_NODELAY, nowhere, 4);
	setsockopt(s, -1, -1, 0, 0);
	int asked[] = { SO_TYPE, SO_ERROR, SO_DOMAIN, SO_PROTOCOL, SO_LINGER, SO_PEERCRED, SO_REUSEADDR, SO_ACCEPTCONN, SO_PEERNAME };
	for (unsigned i = 0; i < sizeof asked / sizeof *asked; i++)
		for (int room = 0; room < 20; room += 3) {
			socklen_t n = room + 1;
			getsockopt(s, SOL_SOCKET, asked[i], buffer, &n);
		}
	socklen_t n = 16;
	getsockopt(s, SOL_TCP, TCP_CONGESTION, buffer, &n);
	getsockopt(s, SOL_SOCKET, SO_TYPE, nowhere, &n);
	getsockopt(s, SOL_SOCKET, SO_TYPE, buffer, nowhere);
	close(s);
}

static void messages(void)
{
	int pair[2], passed[3] = { 0, 1, 2 };
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
	struct iovec out[2] = { { "hello ", 6 }, { "world", 5 } };
	union { struct cmsghdr head; char bytes[256]; } control = { { CMSG_LEN(sizeof passed), SOL_SOCKET, SCM_RIGHTS } };
	memcpy(CMSG_DATA(&control.head), passed, sizeof passed);
	struct msghdr h = { .msg_iov = out, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = CMSG_SPACE(sizeof passed) };
	sendmsg(pair[0], &h, MSG_NOSIGNAL);
	static char in[8], name[32], rest[64];
	struct iovec into[2] = { { in, 4 }, { rest, 64 } };
	struct msghdr r = { name, sizeof name, into, 2, &control, sizeof control, 0x1234 };
	recvmsg(pair[1], &r, MSG_CMSG_CLOEXEC);
	recvmsg(pair[1], &r, MSG_DONTWAIT);
	recvmsg(pair[1], at_end(&r, sizeof r - 1), MSG_DONTWAIT);
	recvmsg(pair[1], 0, MSG_DONTWAIT);
	unsigned long counts[] = { 0, 1, 2, 3, 1024, 1025, ~0UL };
	for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
		h.msg_iov = at_end(out, sizeof out), h.msg_iovlen = counts[i];
		h.msg_control = page_end - 40, h.msg_controllen = counts[i];
		sendmsg(-1, &h, counts[i] & 0xffff);
		h.msg_name = page_end - 2, h.msg_namelen = counts[i];
	}
	struct mmsghdr many[2] = { { { .msg_iov = out, .msg_iovlen = 1 } }, { { .msg_iov = out + 1, .msg_iovlen = 1 } } };
	sendmmsg(pair[0], many, 2, 0);
	sendmmsg(-1, many, 2, 0);
	sendmmsg(-1, at_end(many, sizeof *many), 2, 0);
	struct mmsghdr both[2] = { { { .msg_iov = into, .msg_iovlen = 1 } }, { { .msg_iov = into + 1, .msg_iovlen = 1 } } };
	struct timespec soon = { 1, 5 };
	recvmmsg(pair[1], both, 2, MSG_WAITFORONE, 0);
	recvmmsg(-1, both, 2, 0x10000000, &soon);
	recvmmsg(-1, nowhere, 2, 0, nowhere);
	sendto(pair[0], "datagram", 8, MSG_DONTWAIT | 0x800000, 0, 0);
	sendto(pair[0], page_end - 3, 8, 0, 0, 0);
	recvfrom(pair[1], in, sizeof in, MSG_PEEK | MSG_TRUNC, 0, 0);
	recvfrom(pair[1], nowhere, sizeof in, MSG_DONTWAIT, 0, 0);
	shutdown(pair[0], SHUT_WR);
	shutdown(pair[0], 77);
	listen(pair[0], -1);
}

static void netlink(void)
{
	int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct sockaddr_nl kernel = { AF_NETLINK };
	bind(s, (void *)&kernel, sizeof kernel);
	struct { struct nlmsghdr h; struct ifinfomsg i; struct nlattr a; unsigned mtu; } set = {
		{ sizeof set, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_EXCL, 7 }, { AF_UNSPEC, 0, 0, 99999 }, { 8, IFLA_MTU }, 1500,
	};
	char answer[4096];
	sendto(s, &set, sizeof set, 0, (void *)&kernel, sizeof kernel);
	recv(s, answer, sizeof answer, 0);
	for (unsigned n = 0; n <= sizeof set; n += 3)
		sendto(s, at_end(&set, sizeof set), n, MSG_DONTWAIT, nowhere, 12);
	for (unsigned n = 0; n < 64; n += 9) {
		set.h.nlmsg_len = n;
		sendto(s, at_end(&set, sizeof set), sizeof set, MSG_DONTWAIT, nowhere, 12);
		set.h.nlmsg_len = sizeof set, set.a.nla_len = n;
		sendto(s, at_end(&set, sizeof set), sizeof set, MSG_DONTWAIT, nowhere, 12);
	}
	sendto(-1, &set, sizeof set, 0, 0, 0);
	close(s);
}

static void programs(void)
{
	union bpf_attr any;
	memset(&any, 0, sizeof any);
	any.map_type = BPF_MAP_TYPE_ARRAY, any.key_size = 4, any.value_size = 8, any.max_entries = 1;
	for (unsigned size = 0; size < 72; size += 8)
		syscall(SYS_bpf, 100 + BPF_MAP_CREATE, &any, size);
	for (int command = 1; command < 24; command++) {
		syscall(SYS_bpf, command, 0, 8);
		syscall(SYS_bpf, command, nowhere, 8);
		syscall(SYS_bpf, command, page_end - 4, 8);
	}
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog filter = { 1, &allow };
	unsigned action = SECCOMP_RET_TRACE;
	struct seccomp_notif_sizes sizes;
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 1 << 30, &filter);
	syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
	syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes);
	syscall(SYS_seccomp, 77, 0, 0);
}

int main(void)
{
	page_end = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(page_end += 4096, 4096);
	addresses();
	lengths();
	options();
	messages();
	netlink();
	programs();
	return 0;
}
