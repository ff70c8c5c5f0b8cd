/* All that a program can do with SIGTRAP, with library calls in each state: each of
 * these calls is a trap to a tracer that uses breakpoints. Prints what it sees.
 * Built with -pthread. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/ucontext.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int hits, code, value, inside, after;
static volatile pid_t sender;
static sigjmp_buf back;

/* busy makes library calls. */
static int busy(void)
{
	char text[32];
	int sum = 0;

	for (int i = 0; i < 3; i++) {
		snprintf(text, sizeof text, "%d", i);
		sum += atoi(text) + (int)strlen(text);
	}
	return sum;
}

/* view prints what the kernel says about SIGTRAP. */
static void view(const char *what)
{
	struct sigaction now;
	sigset_t mask, pending;

	busy();
	sigaction(SIGTRAP, NULL, &now);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigpending(&pending);
	printf("%s: %s flags=%x blocked=%d usr1=%d pending=%d hits=%d\n", what,
	       now.sa_handler == SIG_DFL ? "default" : now.sa_handler == SIG_IGN ? "ignored" : "handled",
	       now.sa_flags & 0x7fffffff & ~0x04000000, sigismember(&mask, SIGTRAP), sigismember(&mask, SIGUSR1),
	       sigismember(&pending, SIGTRAP), hits);
}

static void handler(int signo, siginfo_t *info, void *context)
{
	ucontext_t *u = context;
	sigset_t mask;

	hits++;
	code = info->si_code;
	value = info->si_value.sival_int;
	sender = info->si_pid;
	busy();
	sigprocmask(SIG_SETMASK, NULL, &mask);
	inside = sigismember(&mask, SIGTRAP);
	after = sigismember(&u->uc_sigmask, SIGTRAP);
	busy();
}

static void jumper(int signo)
{
	busy();
	siglongjmp(back, 1);
}

static void set(void *function, int flags, int full)
{
	struct sigaction action = {.sa_flags = flags};

	action.sa_sigaction = function;
	if (full)
		sigfillset(&action.sa_mask);
	sigaction(SIGTRAP, &action, NULL);
	hits = 0;
}

static void block(int how)
{
	sigset_t trap;

	sigemptyset(&trap);
	sigaddset(&trap, SIGTRAP);
	sigprocmask(how, &trap, NULL);
}

static void told(const char *what)
{
	printf("%s: hits=%d code=%d value=%d mine=%d inside=%d after=%d\n", what, hits, code, value, sender == getpid(), inside, after);
}

static void wait_child(const char *what, pid_t pid)
{
	int status;

	fflush(stdout);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	printf("%s: child %x\n", what, status);
}

static void ignored(void)
{
	set(SIG_IGN, SA_RESTART, 0);
	view("ignored");
	raise(SIGTRAP);
	kill(getpid(), SIGTRAP);
	view("ignored, raised");
	block(SIG_BLOCK);
	raise(SIGTRAP);
	view("ignored and blocked");
	block(SIG_UNBLOCK);
	view("ignored, unblocked");
	set(SIG_DFL, 0, 0);
	view("default again");
}

static void blocked(void)
{
	siginfo_t info;
	sigset_t trap;
	struct timespec no = {0};

	sigemptyset(&trap);
	sigaddset(&trap, SIGTRAP);
	block(SIG_BLOCK);
	view("blocked");
	raise(SIGTRAP);
	view("blocked, raised");
	busy();
	memset(&info, 0, sizeof info);
	printf("sigtimedwait %d", sigtimedwait(&trap, &info, &no));
	printf(" code=%d mine=%d\n", info.si_code, info.si_pid == getpid());
	sigqueue(getpid(), SIGTRAP, (union sigval){.sival_int = 4711});
	busy();
	printf("sigwaitinfo %d", sigwaitinfo(&trap, &info));
	printf(" code=%d value=%d\n", info.si_code, info.si_value.sival_int);
	int fd = signalfd(-1, &trap, SFD_NONBLOCK);
	struct signalfd_siginfo from;
	kill(getpid(), SIGTRAP);
	busy();
	printf("signalfd %d", (int)read(fd, &from, sizeof from));
	printf(" signo=%d code=%d\n", from.ssi_signo, from.ssi_code);
	close(fd);
	timer_t timer;
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGTRAP, .sigev_value.sival_int = 42};
	struct itimerspec soon = {.it_value.tv_nsec = 1000000};
	timer_create(CLOCK_MONOTONIC, &event, &timer);
	timer_settime(timer, 0, &soon, NULL);
	busy();
	printf("timer %d", sigwaitinfo(&trap, &info));
	printf(" code=%d value=%d\n", info.si_code, info.si_value.sival_int);
	timer_delete(timer);
	set(handler, SA_SIGINFO, 0);
	raise(SIGTRAP);
	busy();
	view("blocked, handled, raised");
	block(SIG_UNBLOCK);
	told("unblocked");
	view("unblocked");
	set(SIG_DFL, 0, 0);
}

static void handled(void)
{
	static char stack[1 << 16];
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};

	set(handler, SA_SIGINFO, 0);
	raise(SIGTRAP);
	told("raised");
	__asm__ volatile("int3");
	told("int3");
	__asm__ volatile("int3");
	told("int3 again");
	sigqueue(getpid(), SIGTRAP, (union sigval){.sival_int = 7});
	told("queued");
	view("handled");
	set(handler, SA_SIGINFO | SA_NODEFER, 1);
	raise(SIGTRAP);
	told("full mask");
	set(handler, SA_SIGINFO | SA_NODEFER, 0);
	__asm__ volatile("int3");
	told("no defer");
	sigaltstack(&alternate, NULL);
	set(handler, SA_SIGINFO | SA_ONSTACK, 0);
	__asm__ volatile("int3");
	told("alternate stack");
	set(handler, SA_SIGINFO | SA_RESETHAND, 0);
	raise(SIGTRAP);
	told("reset");
	view("reset");
	set(handler, SA_SIGINFO, 0);
	struct sigaction usr1 = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	sigfillset(&usr1.sa_mask);
	sigaction(SIGUSR1, &usr1, NULL);
	raise(SIGUSR1);
	told("in another's handler");
	view("after another's handler");
	__asm__ volatile("int3");
	told("int3 then");
	if (!sigsetjmp(back, 1)) {
		set(jumper, 0, 0);
		raise(SIGTRAP);
	}
	view("jumped, mask restored");
	if (!sigsetjmp(back, 0)) {
		set(jumper, 0, 0);
		raise(SIGTRAP);
	}
	view("jumped, mask kept");
	block(SIG_UNBLOCK);
	view("unblocked");
	set(SIG_DFL, 0, 0);
}

static void suspended(void)
{
	sigset_t all, none;
	struct timespec soon = {.tv_nsec = 1000000};

	set(handler, SA_SIGINFO, 0);
	sigfillset(&all);
	sigemptyset(&none);
	sigprocmask(SIG_BLOCK, &all, NULL);
	view("all blocked");
	kill(getpid(), SIGTRAP);
	printf("sigsuspend %d\n", sigsuspend(&none));
	told("sigsuspend");
	view("all blocked still");
	raise(SIGTRAP);
	printf("ppoll %d\n", ppoll(NULL, 0, &soon, &none));
	told("ppoll");
	view("all blocked still");
	sigprocmask(SIG_SETMASK, &none, NULL);
	sigdelset(&all, SIGTRAP);
	view("none blocked");
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &(unsigned long){1ul << (SIGTRAP - 1)}, NULL, 8);
	view("blocked by syscall()");
	syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &(unsigned long){1ul << (SIGTRAP - 1)}, NULL, 8);
	view("unblocked by syscall()");
	set(SIG_DFL, 0, 0);
}

static pthread_barrier_t barrier;
static volatile int alone, done;

/* The thread makes no calls while others ask and get signals, because at the moment
 * of a trap what it has blocked has the default action for all threads
 * (docs/ENGINE.md). */
static void *thread(void *ignore)
{
	block(SIG_BLOCK);
	view("thread blocks");
	pthread_barrier_wait(&barrier);
	alone = 1;
	while (!done)
		__asm__ volatile("pause");
	view("thread blocks still");
	return NULL;
}

static void threads(void)
{
	pthread_t t;

	pthread_barrier_init(&barrier, NULL, 2);
	set(handler, SA_SIGINFO, 0);
	pthread_create(&t, NULL, thread, NULL);
	pthread_barrier_wait(&barrier);
	while (!alone)
		__asm__ volatile("pause");
	view("main does not");
	kill(getpid(), SIGTRAP);
	told("to the process");
	pthread_kill(t, SIGTRAP);
	told("to the thread");
	done = 1;
	pthread_join(t, NULL);
	__asm__ volatile("int3");
	told("int3 in main");
	view("joined");
	set(SIG_DFL, 0, 0);
}

/* killed says how a child ends that hits its own breakpoint with this disposition. */
static void killed(const char *what, int ignore, int mask)
{
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		if (ignore)
			set(SIG_IGN, 0, 0);
		else
			set(handler, SA_SIGINFO, 0);
		if (mask)
			block(SIG_BLOCK);
		busy();
		__asm__ volatile("int3");
		busy();
		_exit(hits);
	}
	wait_child(what, pid);
}

extern char **environ;

static void children(char *self)
{
	char *args[] = {self, "inherited", NULL};
	pid_t pid;

	killed("int3", 0, 0);
	killed("int3, blocked", 0, 1);
	killed("int3, ignored", 1, 0);
	killed("int3, ignored and blocked", 1, 1);
	for (int mask = 0; mask < 2; mask++)
		for (int how = 0; how < 3; how++) {
			set(how == 0 ? SIG_DFL : how == 1 ? (void *)SIG_IGN : (void *)handler, 0, 0);
			block(mask ? SIG_BLOCK : SIG_UNBLOCK);
			fflush(stdout);
			if ((pid = fork()) == 0) {
				view("forked");
				fflush(stdout);
				execv(self, args);
				_exit(9);
			}
			wait_child("fork", pid);
			fflush(stdout);
			posix_spawn(&pid, self, NULL, NULL, args, environ);
			wait_child("spawn", pid);
			fflush(stdout);
			if ((pid = vfork()) == 0) {
				execv(self, args);
				_exit(9);
			}
			wait_child("vfork", pid);
			fflush(stdout);
			if (how || mask)
				printf("system %d\n", system("kill -TRAP $PPID"));
			view("after children");
		}
	block(SIG_UNBLOCK);
	set(SIG_IGN, 0, 0);
	fflush(stdout);
	if ((pid = fork()) == 0) {
		kill(getppid(), SIGTRAP);
		_exit(0);
	}
	wait_child("sends", pid);
	view("sent by a child");
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "inherited") == 0) {
		view("inherited");
		return 0;
	}
	if (argc > 1 && strcmp(argv[1], "wait") == 0)
		getchar();
	view("at first");
	ignored();
	blocked();
	handled();
	suspended();
	threads();
	children(argv[0]);
	return 0;
}
