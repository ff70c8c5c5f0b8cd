/* Some threads make library calls while SIGTRAP is ignored. Another one asks all the
 * time whether it still is, gets some, and makes children that inherit it. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int stop;

static void *calls(void *arg)
{
	sigset_t set;

	sigfillset(&set);
	if (arg)
		pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (long n = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); n++) {
		free(malloc(n % 100));
		if (arg) {
			pthread_sigmask(SIG_SETMASK, NULL, &set);
			if (!sigismember(&set, SIGTRAP))
				exit(4);
		}
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[3];
	struct sigaction was;
	int wrong = 0, status, dead = 0;

	signal(SIGTRAP, SIG_IGN);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, calls, i == 2 ? &stop : NULL);
	for (int i = 0; i < 300; i++) {
		sigaction(SIGTRAP, NULL, &was);
		wrong += was.sa_handler != SIG_IGN;
		kill(getpid(), SIGTRAP);
		if (i % 100 == 0) {
			pid_t pid = fork();
			if (pid == 0) {
				sigaction(SIGTRAP, NULL, &was);
				_exit(was.sa_handler != SIG_IGN);
			}
			waitpid(pid, &status, 0);
			dead += status != 0;
		}
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	printf("wrong=%d dead=%d\n", wrong, dead);
	return wrong || dead;
}
