/* Signals that arrive at every possible place. Each of a few kinds of library call
 * has a thread, and all of them are bombarded with signals whose handlers siglongjmp
 * out, call library functions, or return. The program counts for itself. bombarded
 * [SIGNALS] -pthread */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { threads = 3 };

static pthread_t thread[threads];
static volatile int stop;
static __thread sigjmp_buf again;
static __thread volatile sig_atomic_t may_jump;
static __thread long getppids, strlens, atois, jumps;
static long totals[4];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void count(int signo)
{
	atois++;
	if (atoi("12") != 12)
		abort();
}

static void jump(int signo)
{
	if (may_jump) {
		may_jump = 0;
		jumps++;
		siglongjmp(again, 1);
	}
}

static void *work(void *arg)
{
	stack_t alternate = {.ss_size = 64 * 1024};

	alternate.ss_sp = malloc(alternate.ss_size);
	sigaltstack(&alternate, NULL);
	while (!stop) {
		/* a jump may leave this half done, so it calls nothing that is counted */
		if (sigsetjmp(again, 1) == 0) {
			may_jump = 1;
			for (int i = 0; i < 20; i++)
				getuid();
			may_jump = 0;
		}
		for (int i = 0; i < 10; i++) {
			getppids++;
			getppid();
			strlens++;
			if (strlen("twelve bytes") != 12)
				abort();
		}
	}
	pthread_mutex_lock(&mutex);
	totals[0] += getppids;
	totals[1] += strlens;
	totals[2] += atois;
	totals[3] += jumps;
	pthread_mutex_unlock(&mutex);
	return NULL;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_flags = SA_ONSTACK | SA_RESTART};
	int signals = argc > 1 ? strtol(argv[1], NULL, 10) : 300;

	action.sa_handler = count;
	sigaction(SIGUSR1, &action, NULL);
	action.sa_handler = jump;
	sigaction(SIGUSR2, &action, NULL);
	for (int i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, work, NULL);
	usleep(20000);
	for (int i = 0; i < signals; i++) {
		pthread_kill(thread[i % threads], i % 2 ? SIGUSR1 : SIGUSR2);
		usleep(i % 7 * 150);
	}
	stop = 1;
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	printf("# getppid %ld\n# strlen %ld\n# atoi %ld\n", totals[0], totals[1], totals[2]);
	return totals[3] == 0; /* never jumped, so nothing was tested */
}
