/* Threads end inside library calls: cancelled in pause(3), and by pthread_exit(3)
 * below qsort's callback. -pthread */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int cleanups;

static void cleanup(void *arg)
{
	cleanups++;
}

static void *waits(void *arg)
{
	pthread_cleanup_push(cleanup, NULL);
	for (;;)
		pause();
	pthread_cleanup_pop(0);
	return NULL;
}

static int leave(const void *a, const void *b)
{
	pthread_exit((void *)7);
}

static void *exits(void *arg)
{
	int pair[2] = {2, 1};

	pthread_cleanup_push(cleanup, NULL);
	qsort(pair, 2, sizeof pair[0], leave);
	pthread_cleanup_pop(0);
	return NULL;
}

int main(void)
{
	pthread_t thread;
	void *result;

	pthread_create(&thread, NULL, waits, NULL);
	usleep(10000);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	if (result != PTHREAD_CANCELED)
		return 1;
	pthread_create(&thread, NULL, exits, NULL);
	pthread_join(thread, &result);
	if (result != (void *)7)
		return 2;
	printf("# qsort 1\n# pthread_exit 1\n# pthread_cancel 1\ncleanups=%d\n", cleanups);
	return 0;
}
