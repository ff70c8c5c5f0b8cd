/* threads [THREADS [ROUNDS]]: threads that hammer the same calls and the same return
 * addresses. No call may be lost or reported twice. -pthread */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int rounds = 300;
static pthread_barrier_t barrier;
static atomic_int mallocs, frees;

static void *hammer(void *arg)
{
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < rounds; i++) {
		char *p = malloc(16 + i % 64);
		if (p == NULL)
			abort();
		atomic_fetch_add(&mallocs, 1);
		p[0] = i;
		free(p);
		atomic_fetch_add(&frees, 1);
	}
	return arg;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 4;
	pthread_t *threads = calloc(n, sizeof *threads);

	if (argc > 2)
		rounds = atoi(argv[2]);
	pthread_barrier_init(&barrier, NULL, n);
	for (int i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, hammer, &threads[i]) != 0)
			return 1;
	for (int i = 0; i < n; i++) {
		void *result;
		if (pthread_join(threads[i], &result) != 0 || result != &threads[i])
			return 2;
	}
	printf("# malloc %d\n# free %d\n# pthread_create %d\n# pthread_join %d\n", mallocs, frees, n, n);
	return 0;
}
