/* Prints all that a program inherits or can ask about itself, except what differs
 * from run to run. The output must be the same natively and when traced. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static void signals(void)
{
	sigset_t mask, pending;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigpending(&pending);
	for (int s = 1; s < 65; s++) {
		/* asks the kernel, because the library hides two of its own */
		struct { void *handler; unsigned long flags; void *restorer, *mask; } a = {0};
		if (syscall(SYS_rt_sigaction, s, NULL, &a, 8) == 0 && a.handler != SIG_DFL)
			printf("signal %d is at %p\n", s, a.handler);
		if (sigismember(&mask, s) == 1 || sigismember(&pending, s) == 1)
			printf("signal %d blocked %d pending %d\n", s, sigismember(&mask, s), sigismember(&pending, s));
	}
}

static void files(void)
{
	char name[64], to[4096];
	for (int fd = 0; fd < 1024; fd++) {
		struct stat st;
		ssize_t n;
		if (fstat(fd, &st) != 0)
			continue;
		snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
		n = readlink(name, to, sizeof to - 1);
		to[n < 0 ? 0 : n] = 0;
		if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
			to[0] = 0; /* pipes have numbers, which differ */
		printf("fd %d mode %o flags %x %x %s\n", fd, st.st_mode, fcntl(fd, F_GETFL), fcntl(fd, F_GETFD), to);
	}
}

static void limits(void)
{
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		struct rlimit r;
		if (getrlimit(i, &r) == 0)
			printf("limit %d %lx %lx\n", i, (long)r.rlim_cur, (long)r.rlim_max);
	}
}

static void status(void)
{
	static const char *lines[] = {"Umask:", "Groups:", "NoNewPrivs:", "Seccomp:", "SigQ:x", "SigPnd:", "ShdPnd:",
				      "SigBlk:", "SigIgn:", "SigCgt:", "CapInh:", "CapPrm:", "CapEff:", "CapBnd:",
				      "CapAmb:", "Cpus_allowed:", "Mems_allowed:", "Threads:", "THP_enabled:",
				      "Uid:", "Gid:", "FDSize:x", "CoreDumping:"};
	char line[4096];
	FILE *f = fopen("/proc/self/status", "re");

	while (f && fgets(line, sizeof line, f))
		for (int i = 0; i < sizeof lines / sizeof lines[0]; i++)
			if (strncmp(line, lines[i], strlen(lines[i])) == 0)
				fputs(line, stdout);
	fclose(f);
}

int main(int argc, char **argv)
{
	char directory[4096], file[256] = "";
	int death = -1;
	FILE *f;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	files();
	for (int i = 0; i < argc; i++)
		printf("argument %s\n", argv[i]);
	for (char **e = environ; *e; e++)
		printf("environment %s\n", *e);
	printf("directory %s\n", getcwd(directory, sizeof directory));
	printf("name %s run as %s secure %ld\n", program_invocation_short_name, (char *)getauxval(AT_EXECFN),
	       getauxval(AT_SECURE));
	signals();
	limits();
	status();
	prctl(PR_GET_PDEATHSIG, &death);
	printf("nice %d policy %d personality %x death %d slack %d dumpable %d subreaper %d\n", getpriority(PRIO_PROCESS, 0),
	       sched_getscheduler(0), personality(0xffffffff), death, prctl(PR_GET_TIMERSLACK), prctl(PR_GET_DUMPABLE),
	       prctl(PR_GET_CHILD_SUBREAPER, &death) == 0 ? death : -1);
	printf("io priority %ld, group leader %d, session leader %d\n", syscall(SYS_ioprio_get, 1, 0), getpgrp() == getpid(),
	       getsid(0) == getpid());
	if ((f = fopen("/proc/self/comm", "re")) && fgets(file, sizeof file, f))
		printf("comm %s", file);
	if ((f = fopen("/proc/self/oom_score_adj", "re")) && fgets(file, sizeof file, f))
		printf("oom %s", file);
	if ((f = fopen("/proc/self/coredump_filter", "re")) && fgets(file, sizeof file, f))
		printf("core %s", file);
	fflush(stdout);
	return 0;
}
