/* cancelmany [ROUNDS]: threads are cancelled, asynchronously or while they wait, in
 * the middle of nested library calls, again and again, by other threads that
 * allocate. Their cleanups call library functions. New threads get the stacks of
 * those that ended. -pthread */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { threads = 6 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int cleanups, begun, exits;

static void cleanup(void *arg)
{
	pthread_mutex_lock(&mutex);
	cleanups++;
	if (atoi("7") != 7)
		abort();
	pthread_mutex_unlock(&mutex);
}

static int waits(const void *a, const void *b)
{
	for (;;)
		poll(NULL, 0, 1000);
}

static int leaves(const void *a, const void *b)
{
	pthread_exit((void *)5);
}

static void *work(void *arg)
{
	int numbers[2] = {2, 1};

	pthread_mutex_lock(&mutex);
	begun++;
	exits += arg != NULL;
	pthread_mutex_unlock(&mutex);
	pthread_cleanup_push(cleanup, NULL);
	qsort(numbers, 2, sizeof numbers[0], arg ? leaves : waits);
	pthread_cleanup_pop(0);
	return NULL;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 10, wrong = 0;
	pthread_t thread[threads];
	void *result;

	for (int r = 0; r < rounds; r++) {
		for (long i = 0; i < threads; i++)
			pthread_create(&thread[i], NULL, work, (void *)(i % 2));
		for (int seen = 0; seen < (r + 1) * threads;) {
			pthread_mutex_lock(&mutex);
			seen = begun;
			pthread_mutex_unlock(&mutex);
			usleep(3000);
		}
		for (int i = 0; i < threads; i += 2)
			pthread_cancel(thread[i]);
		for (int i = 0; i < threads; i++) {
			pthread_join(thread[i], &result);
			wrong += result != (i % 2 ? (void *)5 : PTHREAD_CANCELED);
		}
	}
	printf("wrong %d cleanups %d\n# qsort %d\n# pthread_exit %d\n# pthread_cancel %d\n# atoi %d\n", wrong, cleanups, begun,
	       exits, rounds * threads / 2, cleanups);
	return wrong != 0;
}
