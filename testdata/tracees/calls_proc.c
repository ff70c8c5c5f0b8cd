// Makes the calls on processes, signals, time, memory, scheduling, messages and keys,
// with right and wrong arguments: pointers that are null, that lead nowhere, or to the
// last bytes of a page; absurd counts; unknown flags. The argument says which.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOWHERE ((void *)0x5000)

static char *page; // one page, with nothing behind it

// edge is room for size bytes that end at the page's end.
static void *edge(size_t size) { return memset(page + 4096 - size, 0, size); }

#define X 77777 // stands for the bad pointer

// bad makes a call with bad pointers in place of X.
static void bad(long nr, long a, long b, long c, long d, long e)
{
	void *pointers[] = { 0, NOWHERE, page + 4093 };
	edge(256);
	for (int i = 0; i < 3; i++) {
		long x = (long)pointers[i];
		syscall(nr, a == X ? x : a, b == X ? x : b, c == X ? x : c, d == X ? x : d, e == X ? x : e, 0);
	}
}

static void processes(void)
{
	int status, *edged = edge(4);
	sigset_t children;
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, 0);
	struct rusage *usage = edge(sizeof *usage);
	pid_t child = fork();
	if (child == 0)
		_exit(7);
	wait4(child, edged, 0, usage);
	if ((child = fork()) == 0)
		raise(SIGKILL);
	wait4(child, &status, 0, 0);
	if ((child = fork()) == 0) {
		raise(SIGSTOP);
		pause();
	}
	waitpid(child, &status, WUNTRACED);
	waitpid(child, &status, WNOHANG);
	kill(child, SIGCONT);
	waitpid(child, &status, WCONTINUED);
	kill(child, SIGKILL);
	siginfo_t *info = edge(sizeof *info);
	waitid(P_PID, child, info, WEXITED | WNOWAIT);
	waitid(P_PID, child, info, WEXITED);
	waitid(P_ALL, 0, info, WEXITED | WNOHANG);
	if ((child = vfork()) == 0)
		_exit(3);
	waitpid(child, &status, __WALL);
	struct clone_args args = { .flags = CLONE_PARENT_SETTID, .parent_tid = (uint64_t)edged, .exit_signal = SIGCHLD };
	if ((child = syscall(SYS_clone3, &args, sizeof args)) == 0)
		_exit(0);
	waitpid(child, &status, 0);
	bad(SYS_clone3, X, 64, 0, 0, 0);
	bad(SYS_clone3, X, 1000000, 0, 0, 0);
	bad(SYS_wait4, -1, X, 0, X, 0);
	bad(SYS_waitid, 99, 5, X, 0x7fff, X);
	bad(SYS_execve, X, X, X, 0, 0);
	bad(SYS_execveat, -100, X, X, X, 0xffff);
	syscall(SYS_unshare, 1);
	syscall(SYS_setns, -1, 0x7fffffff);
	syscall(SYS_kcmp, getpid(), getpid(), 0, 1, 2);
	bad(SYS_kcmp, 1, 1, 7, 0, X);
	bad(SYS_getgroups, -1, X, 0, 0, 0);
	bad(SYS_setgroups, 1 << 30, X, 0, 0, 0);
	bad(SYS_getresuid, X, X, X, 0, 0);
	bad(SYS_capget, X, X, 0, 0, 0);
	syscall(SYS_personality, 0xffffffff);
	syscall(SYS_ioprio_get, 1, 0);
	syscall(SYS_ioprio_set, 99, 0, -1);
	bad(SYS_arch_prctl, 0x1003, X, 0, 0, 0);
	syscall(SYS_arch_prctl, 0x7777, 5);
	bad(SYS_prctl, PR_SET_NAME, X, 0, 0, 0);
	bad(SYS_prctl, PR_GET_PDEATHSIG, X, 0, 0, 0);
	bad(SYS_prctl, PR_SET_SECCOMP, 2, X, 0, 0);
	syscall(SYS_prctl, PR_GET_NAME, edge(16));
	syscall(SYS_prctl, PR_CAPBSET_READ, 5);
	syscall(SYS_prctl, 12345, 1, 2, 3, 4);
	bad(SYS_ptrace, PTRACE_GETREGSET, 1, 1, X, 0);
	bad(SYS_ptrace, PTRACE_PEEKSIGINFO, 1, X, X, 0);
	syscall(SYS_ptrace, 0x9999, 1, 2, 3);
	bad(SYS_get_robust_list, 0, X, X, 0, 0);
	bad(SYS_set_thread_area, X, 0, 0, 0, 0);
}

static void nothing(int signal) { (void)signal; }

static void signals(void)
{
	struct sigaction act = { .sa_handler = nothing, .sa_flags = SA_RESTART | SA_NODEFER };
	sigaddset(&act.sa_mask, SIGUSR2);
	sigaction(SIGUSR1, &act, 0);
	kill(getpid(), SIGUSR1);
	sigaddset(&act.sa_mask, SIGHUP);
	sigprocmask(SIG_SETMASK, &act.sa_mask, 0);
	kill(getpid(), SIGUSR1);
	union sigval value = { .sival_int = 5 };
	sigqueue(getpid(), SIGUSR1, value);
	sigqueue(getpid(), SIGUSR2, value);
	siginfo_t *info = edge(sizeof *info);
	struct timespec now = { 0, 1 };
	sigtimedwait(&act.sa_mask, info, &now);
	sigtimedwait(&act.sa_mask, info, &now);
	bad(SYS_rt_sigaction, SIGINT, X, X, 8, 0);
	bad(SYS_rt_sigaction, 999, X, X, -1, 0);
	bad(SYS_rt_sigprocmask, 99, X, X, 8, 0);
	bad(SYS_rt_sigprocmask, 0, X, X, 1 << 30, 0);
	bad(SYS_rt_sigpending, X, 8, 0, 0, 0);
	bad(SYS_rt_sigsuspend, X, 16, 0, 0, 0);
	bad(SYS_rt_sigtimedwait, X, X, X, 8, 0);
	bad(SYS_rt_sigqueueinfo, 1, 999, X, 0, 0);
	bad(SYS_sigaltstack, X, X, 0, 0, 0);
	stack_t *stack = edge(sizeof *stack);
	sigaltstack(0, stack);
	syscall(SYS_kill, -12345678, 99);
	syscall(SYS_tgkill, getpid(), getpid(), 0);
}

static void times(void)
{
	struct timespec *spec = edge(sizeof *spec);
	for (int clock = -3; clock < 14; clock++)
		syscall(SYS_clock_getres, clock, spec);
	spec->tv_sec = 0;
	spec->tv_nsec = 1000;
	nanosleep(spec, 0);
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, spec, 0);
	spec->tv_nsec = -1;
	nanosleep(spec, spec);
	struct itimerval timer = { .it_value = { 0, 20000 } }, old;
	struct sigaction act = { .sa_handler = nothing };
	sigaction(SIGALRM, &act, 0);
	setitimer(ITIMER_REAL, &timer, &old);
	struct timespec long_time = { 1, 0 };
	syscall(SYS_nanosleep, &long_time, edge(sizeof long_time));
	struct sigevent event = { .sigev_notify = SIGEV_NONE, .sigev_value.sival_int = 7 };
	timer_t id;
	timer_create(CLOCK_MONOTONIC, &event, &id);
	struct itimerspec set = { .it_value = { 100, 5 } };
	timer_settime(id, 0, &set, 0);
	timer_delete(id);
	bad(SYS_timer_create, 99, X, X, 0, 0);
	bad(SYS_timer_settime, -1, 0x7f, X, X, 0);
	bad(SYS_setitimer, 99, X, X, 0, 0);
	bad(SYS_clock_gettime, 99, X, 0, 0, 0);
	bad(SYS_clock_settime, 1, X, 0, 0, 0);
	bad(SYS_nanosleep, X, X, 0, 0, 0);
	bad(SYS_clock_nanosleep, 0, 0x7f, X, X, 0);
	bad(SYS_gettimeofday, X, X, 0, 0, 0);
	bad(SYS_adjtimex, X, 0, 0, 0, 0);
	bad(SYS_utimensat, -100, X, X, 0x7fff, 0);
	bad(SYS_utimes, X, X, 0, 0, 0);
	bad(SYS_times, X, 0, 0, 0, 0);
	struct timespec stamps[2] = { { 1700000000, UTIME_NOW }, { 1700000000, 5 } };
	utimensat(AT_FDCWD, "/nonexistent", stamps, AT_SYMLINK_NOFOLLOW);
}

static void memory(void)
{
	void *at = (void *)0x30000000;
	mmap(at, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mprotect(at, 4096, PROT_NONE);
	madvise(at, 4096, MADV_DONTNEED);
	madvise(at, 4096, 12345);
	unsigned char *vec = edge(2);
	mincore(at, 8192, vec);
	mremap(at, 8192, 4096, 0);
	mremap(at, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED | 0x40, at);
	msync(at, 4096, MS_ASYNC | 0x100);
	mlock(at, 4096);
	munlock(at, 4096);
	mlockall(0x7f0);
	syscall(SYS_mlock2, at, 4096, 0x77);
	munmap(at, 4096);
	syscall(SYS_mmap, 1, -1, -1, 0x7ff2, -1, -1);
	syscall(SYS_pkey_alloc, 7, 7);
	syscall(SYS_membarrier, 0, 0, 0);
	syscall(SYS_membarrier, 12345, 1, 2);
	bad(SYS_mincore, (long)at, 8192, X, 0, 0);
	bad(SYS_mbind, (long)at, 4096, 99, X, 1000);
	bad(SYS_set_mempolicy, 2, X, 1 << 20, 0, 0);
	bad(SYS_get_mempolicy, X, X, 64, 0, 0);
	bad(SYS_move_pages, 0, 3, X, X, X);
	bad(SYS_process_vm_readv, 1, X, 3, X, 1 << 30);
	bad(SYS_process_vm_writev, 1, X, 1, X, 0);
	bad(SYS_memfd_create, X, 0x47, 0, 0, 0);
	syscall(SYS_userfaultfd, 0x12345);
	bad(SYS_getrandom, X, 5, 0, 0, 0);
	bad(SYS_getrlimit, 99, X, 0, 0, 0);
	bad(SYS_prlimit64, 0, 7, X, X, 0);
	bad(SYS_getrusage, 99, X, 0, 0, 0);
	bad(SYS_sysinfo, X, 0, 0, 0, 0);
	bad(SYS_uname, X, 0, 0, 0, 0);
	struct rlimit limit = { RLIM_INFINITY, 8192 * 1024 };
	setrlimit(99, &limit);
	getrlimit(RLIMIT_NOFILE, edge(sizeof limit));
}

static void scheduling(void)
{
	struct sched_param *param = edge(sizeof *param);
	sched_getparam(0, param);
	sched_setscheduler(0, SCHED_BATCH, param);
	syscall(SYS_sched_getscheduler, 0);
	sched_setscheduler(0, 0x40000077, param);
	bad(SYS_sched_setscheduler, 0, 1, X, 0, 0);
	bad(SYS_sched_setattr, 0, X, 0, 0, 0);
	bad(SYS_sched_getattr, 0, X, 56, 0, 0);
	syscall(SYS_sched_getattr, 0, edge(56), 56, 0);
	bad(SYS_sched_setaffinity, 0, 8, X, 0, 0);
	bad(SYS_sched_getaffinity, 0, 1 << 30, X, 0, 0);
	bad(SYS_sched_rr_get_interval, 0, X, 0, 0, 0);
	uint32_t *word = edge(4);
	struct timespec soon = { 0, 1000 };
	for (int op = 0; op < 15; op++)
		if (op != FUTEX_FD && op != FUTEX_LOCK_PI && op != FUTEX_LOCK_PI2 && op != FUTEX_TRYLOCK_PI)
			syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, 1, op % 9 > 2 && op != FUTEX_WAIT_REQUEUE_PI ? (void *)2 : &soon, 0, 0x53002001);
	syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &soon, 0, -1);
	bad(SYS_futex, X, FUTEX_WAIT, 0, X, 0);
	bad(SYS_futex_waitv, X, 200, 0, X, 1);
	bad(SYS_perf_event_open, X, 0, -1, -1, 0);
	struct perf_event_attr *attr = edge(sizeof *attr);
	attr->type = 77;
	attr->size = sizeof *attr;
	attr->exclude_kernel = 1;
	syscall(SYS_perf_event_open, attr, 0, -1, -1, 8);
	syscall(SYS_sched_get_priority_max, 99);
	bad(SYS_kexec_load, 0, 1, X, 0, 0);
	bad(SYS_landlock_create_ruleset, X, 8, 0, 0, 0);
}

static void messages(void)
{
	int queue = msgget(IPC_PRIVATE, 0600);
	struct { long type; char text[32]; } message = { 5, "hello" };
	msgsnd(queue, &message, 6, IPC_NOWAIT);
	msgrcv(queue, &message, 6, 0, MSG_NOERROR);
	struct msqid_ds about;
	msgctl(queue, IPC_STAT, &about);
	msgctl(queue, IPC_RMID, 0);
	int sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0640);
	struct sembuf ops[] = { { 0, 1, 0 }, { 1, 2, SEM_UNDO } };
	semop(sem, ops, 2);
	semctl(sem, 1, GETVAL);
	semctl(sem, 0, IPC_RMID);
	int segment = shmget(IPC_PRIVATE, 4096, 0600);
	shmctl(segment, IPC_RMID, 0);
	bad(SYS_msgsnd, -1, X, 5, 0x7fff, 0);
	bad(SYS_msgrcv, -1, X, 5, 0, 0);
	bad(SYS_semop, -1, X, 1 << 30, 0, 0);
	bad(SYS_semtimedop, -1, X, 1, X, 0);
	bad(SYS_msgctl, -1, IPC_STAT, X, 0, 0);
	bad(SYS_msgctl, -1, 77, X, 0, 0);
	bad(SYS_shmctl, -1, IPC_SET, X, 0, 0);
	bad(SYS_mq_open, X, O_CREAT | O_RDWR, 0600, X, 0);
	bad(SYS_mq_timedsend, -1, X, 5, 1, X);
	bad(SYS_mq_getsetattr, -1, X, X, 0, 0);
	bad(SYS_mq_notify, -1, X, 0, 0, 0);
	syscall(SYS_shmat, -1, 0x1000, 0x7fff);
	syscall(SYS_add_key, "user", "desc", NOWHERE, 1 << 20, 0);
	syscall(SYS_keyctl, 6, -3, NOWHERE, 10);
	syscall(SYS_keyctl, 99, 1, 2, 3, 4);
	syscall(SYS_keyctl, 10, -9, "user", "none", 0);
	bad(SYS_request_key, X, X, X, -4, 0);
}

int main(int argc, char **argv)
{
	static const struct { const char *name; void (*make)(void); } areas[] = {
		{ "processes", processes }, { "signals", signals }, { "times", times }, { "memory", memory },
		{ "scheduling", scheduling }, { "messages", messages },
	};
	page = mmap((void *)0x20000000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
		if (argc > 1 && !strcmp(argv[1], areas[i].name))
			areas[i].make();
	return 0;
}
