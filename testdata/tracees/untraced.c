/* Children made with CLONE_UNTRACED, in each possible way. They make library calls
 * and system calls, and check that the flag is where it was. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct clone_args args = {.flags = CLONE_UNTRACED, .exit_signal = SIGCHLD};
static long seen;

/* work makes some of all the calls that are traced. */
static int work(void)
{
	char text[16];

	snprintf(text, sizeof text, "%d", 5);
	close(open("/dev/null", 0));
	return getppid() > 0 ? atoi(text) : 0;
}

static int child(void *arg)
{
	_exit(work() + (arg == &args));
}

static void wait_for(const char *what, long pid)
{
	int status = -1;

	if (pid < 0)
		printf("%s: %s\n", what, strerror(errno));
	while (pid > 0 && waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	printf("%s: status %x flags %llx register %lx\n", what, status, (unsigned long long)args.flags, seen);
	fflush(stdout);
	seen = 0;
}

/* raw makes a system call and records its first register afterwards. */
static long raw(long nr, long a, long b)
{
	long r, rdi;

	__asm__ volatile("syscall" : "=a"(r), "=D"(rdi) : "0"(nr), "1"(a), "S"(b), "d"(0l) : "rcx", "r11", "memory");
	seen = nr == SYS_clone3 ? rdi == (long)&args : rdi;
	return r;
}

int main(void)
{
	char *stack = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long pid;

	setvbuf(stdout, NULL, _IOFBF, 1 << 12);
	wait_for("clone", clone(child, stack + (1 << 16), CLONE_UNTRACED | SIGCHLD, &args));
	wait_for("clone, shared memory", clone(child, stack + (1 << 16), CLONE_VM | CLONE_UNTRACED | SIGCHLD, &args));
	wait_for("clone, vfork", clone(child, stack + (1 << 16), CLONE_VM | CLONE_VFORK | CLONE_UNTRACED | SIGCHLD, &args));
	if ((pid = syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0)) == 0)
		_exit(work());
	wait_for("syscall(clone)", pid);
	if ((pid = syscall(SYS_clone3, &args, sizeof args)) == 0)
		_exit(work() + (args.flags == CLONE_UNTRACED));
	wait_for("syscall(clone3)", pid);
	if ((pid = raw(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0)) == 0)
		_exit(work() + (seen == (CLONE_UNTRACED | SIGCHLD)));
	wait_for("raw clone", pid);
	if ((pid = raw(SYS_clone3, (long)&args, sizeof args)) == 0)
		_exit(work() + (args.flags == CLONE_UNTRACED) + (seen == 1));
	wait_for("raw clone3", pid);
	args.exit_signal = 9999; /* it fails */
	wait_for("failed clone3", raw(SYS_clone3, (long)&args, sizeof args));
	wait_for("failed clone", raw(SYS_clone, CLONE_UNTRACED | CLONE_THREAD, 0));
	return 0;
}
