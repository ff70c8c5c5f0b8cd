/* stops THREADS TIMES: each thread calls free TIMES times, at the same time as the
 * others. -pthread -fno-builtin */
#include <pthread.h>
#include <stdlib.h>

static int times;

static void *work(void *arg)
{
	for (int i = 0; i < times; i++)
		free(NULL);
	return NULL;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1;
	pthread_t threads[64];

	times = argc > 2 ? atoi(argv[2]) : 100;
	if (n > 64)
		return 1;
	for (int i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
