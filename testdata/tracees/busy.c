/* busy [THREADS [SECONDS]]: a process to attach to. Its threads call the library all
 * the time and check the results. They print nothing; the end says how many rounds
 * were made and how many were wrong (none). SIGTERM ends it early. -pthread */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_long rounds, wrong;
static atomic_int stop;

static void end(int sig)
{
	atomic_store(&stop, 1);
}

static void *work(void *arg)
{
	unsigned char fill = (unsigned char)(long)arg;

	while (!atomic_load(&stop)) {
		char *p = malloc(64);
		memset(p, fill, 63);
		p[63] = 0;
		if (strlen(p) != 63)
			atomic_fetch_add(&wrong, 1);
		free(p);
		atomic_fetch_add(&rounds, 1);
		usleep(100);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 4;
	int seconds = argc > 2 ? atoi(argv[2]) : 2;
	pthread_t *threads = calloc(n, sizeof *threads);
	time_t last;

	signal(SIGTERM, end);
	printf("%d\n", getpid());
	fflush(stdout);
	for (int i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, work, (void *)(long)(i + 1));
	for (last = time(NULL) + seconds; time(NULL) < last && !atomic_load(&stop);)
		usleep(1000);
	atomic_store(&stop, 1);
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("worked %d wrong %ld\n", rounds > 0, wrong);
	return wrong != 0;
}
