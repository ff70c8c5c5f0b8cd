/* vforkthreads [THREADS [ROUNDS]]: threads that vfork and run a program, all at
 * once, while others allocate. -pthread */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int rounds = 5;
static atomic_int good;

static void *work(void *arg)
{
	for (int i = 0; i < rounds; i++) {
		int status;
		void *p = malloc(100);
		pid_t pid = vfork();
		if (pid == 0) {
			execl("/bin/true", "true", (char *)NULL);
			_exit(127);
		}
		if (waitpid(pid, &status, 0) == pid && status == 0)
			atomic_fetch_add(&good, 1);
		free(p);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 4;
	pthread_t threads[64];

	if (argc > 2)
		rounds = atoi(argv[2]);
	if (n > 64)
		return 2;
	for (int i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("good %d\n", good);
	return good != n * rounds;
}
