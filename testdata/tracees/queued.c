/* Signals between library calls: real-time signals keep their order and their
 * values, blocked ones wait, ignored ones do nothing, and those of a timer and of a
 * child say who sent them. Prints what each handler saw. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct { int signo, code, value, mine; } seen[64];
static volatile int count;
static pid_t me, child;

static void handler(int signo, siginfo_t *info, void *context)
{
	int i = count;

	seen[i].signo = signo;
	seen[i].code = info->si_code;
	seen[i].value = signo == SIGCHLD ? info->si_status : info->si_value.sival_int;
	seen[i].mine = info->si_pid == (signo == SIGCHLD ? child : me);
	count = i + 1;
	free(malloc(8)); /* raised only by calls that do not allocate */
}

static void take(int signo)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};

	sigfillset(&action.sa_mask);
	sigaction(signo, &action, NULL);
}

static void timer(int value)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};
	struct itimerspec once = {.it_value.tv_nsec = 1000000};
	timer_t id;

	event.sigev_value.sival_int = value;
	timer_create(CLOCK_MONOTONIC, &event, &id);
	int n = count; /* before the timer can fire */
	timer_settime(id, 0, &once, NULL);
	while (count == n)
		usleep(1000);
	timer_delete(id);
}

int main(void)
{
	sigset_t all, some, old, pending;
	siginfo_t info;
	struct timespec none = {0};
	int waited = 0, hold[2];

	me = getpid();
	take(SIGUSR1);
	take(SIGCHLD);
	take(SIGRTMIN);
	take(SIGRTMIN + 1);
	take(SIGRTMAX);
	signal(SIGUSR2, SIG_IGN);

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	for (int i = 0; i < 5; i++) {
		sigqueue(me, SIGRTMAX, (union sigval){.sival_int = 100 + i});
		sigqueue(me, SIGRTMIN, (union sigval){.sival_int = 200 + i});
		kill(me, SIGUSR1); /* queued only once */
		kill(me, SIGUSR2);
		getppid();
	}
	sigpending(&pending);
	printf("pending %d %d %d %d, seen %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2),
	       sigismember(&pending, SIGRTMIN), sigismember(&pending, SIGRTMAX), count);

	/* some are fetched, not delivered */
	sigemptyset(&some);
	sigaddset(&some, SIGRTMAX);
	while (waited < 2 && sigtimedwait(&some, &info, &none) == SIGRTMAX)
		printf("waited for %d code %d\n", info.si_value.sival_int, info.si_code), waited++;
	sigprocmask(SIG_SETMASK, &old, NULL);
	getppid();

	timer(42);
	pipe(hold);
	child = fork();
	if (child == 0) {
		close(hold[1]);
		read(hold[0], hold, 1); /* until the parent knows whose signal it will be */
		_exit(17);
	}
	close(hold[1]);
	while (waitpid(child, NULL, 0) != child)
		;
	getppid();
	raise(SIGUSR2);
	for (int i = 0; i < count; i++)
		printf("%s%+d code %d value %d mine %d\n", seen[i].signo >= SIGRTMIN ? "rt" : "signal",
		       seen[i].signo >= SIGRTMIN ? seen[i].signo - SIGRTMIN : seen[i].signo, seen[i].code,
		       seen[i].code == SI_USER || seen[i].code == SI_TKILL ? 0 : seen[i].value,
		       seen[i].code == SI_TIMER || seen[i].mine);
	printf("# sigqueue 10\n# raise 1\n# malloc %d\n", count);
	return count == 11 ? 0 : 1;
}
