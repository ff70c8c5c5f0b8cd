package syscalls

import (
	"fmt"
	"strings"
	"testing"
)

// harnessHead is the beginning of a program whose second thread answers the calls that
// its first thread makes.
const harnessHead = `
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct change { void *to; const char *bytes; int size; };
struct answer { long result; int error, changes; };
static const struct change changes[];
static const struct answer answers[];
static volatile int listener = -1;

static void *answer(void *unused)
{
	const struct change *c = changes;
	while (listener < 0)
		sched_yield();
	for (const struct answer *a = answers;; a++) {
		struct seccomp_notif call = {0};
		struct seccomp_notif_resp reply = {0};
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call))
			return 0;
		for (int i = 0; i < a->changes; i++, c++)
			memcpy(c->to, c->bytes, c->size);
		reply.id = call.id;
		reply.val = a->result;
		reply.error = -a->error;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
	}
}

/* Descriptors from 100 on are netlink sockets, by protocol. */
static void open_netlink(void)
{
	struct sockaddr_nl any = { AF_NETLINK };
	for (int protocol = 0; protocol < 32; protocol++) {
		int fd = socket(AF_NETLINK, SOCK_RAW, protocol);
		if (fd >= 0 && !bind(fd, (void *)&any, sizeof any))
			dup2(fd, 100 + protocol);
		close(fd);
	}
}

/* A call as i386 programs make them, which the kernel takes from others, too. */
static long call32(long nr, long a, long b, long c, long d, long e, long f)
{
	asm volatile("push %%rbp\n\tmov %[f], %%rbp\n\tint $0x80\n\tpop %%rbp"
		: "+a"(nr) : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), [f] "r"(f) : "memory", "r8", "r9", "r10", "r11");
	return nr;
}

static void start(void)
{
	pthread_t thread;
	open_netlink();
	pthread_create(&thread, 0, answer, 0);
	for (long i = 1; i <= 16; i++)
		mmap((void *)(i * 0x10000), 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	};
	struct sock_fprog p = { 4, f };
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &p);
	syscall(SYS_getpid);
}
`

// harness returns a program that makes the calls.
func harness(t *testing.T, calls []fixture) string {
	t.Helper()
	var body, changes, answers strings.Builder
	for _, call := range calls {
		ints, mem, r := call.setUp(t)
		changed := 0
		for _, p := range mem.pieces {
			fmt.Fprintf(&body, "\tmemcpy((void *)%#x, \"%s\", %d);\n", p.addr, octal(p.before), len(p.before))
			if len(p.after) > 0 {
				fmt.Fprintf(&changes, "\t{ (void *)%#x, \"%s\", %d },\n", p.addr, octal(p.after), len(p.after))
				changed++
			}
		}
		fmt.Fprintf(&answers, "\t{ %#x, %d, %d },\n", r.Int[0], r.Errno, changed)
		how := "syscall"
		if call.old {
			how = "call32"
		}
		fmt.Fprintf(&body, "\t%s(%d", how, call.number(t))
		for _, word := range ints[:6] {
			fmt.Fprintf(&body, ", %#xUL", word)
		}
		body.WriteString(");\n")
	}
	return harnessHead + "static const struct change changes[] = {\n" + changes.String() + "\t{ 0 }\n};\n" +
		"static const struct answer answers[] = {\n\t{ 0 },\n" + answers.String() + "\t{ 0 }\n};\n" +
		"int main(void)\n{\n\tstart();\n" + body.String() + "\t_exit(0);\n}\n"
}

func octal(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		fmt.Fprintf(&out, `\%03o`, c)
	}
	return out.String()
}
