/* A thread that is not the leader calls execve(2) while others are inside library
 * calls. It takes over the leader's ID. -pthread */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *sleeper(void *arg)
{
	for (;;)
		usleep(1000000);
}

static void *runner(void *arg)
{
	usleep(10000);
	execl("/bin/echo", "echo", "after exec", (char *)NULL);
	abort();
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, sleeper, NULL);
	pthread_create(&b, NULL, runner, NULL);
	pthread_join(a, NULL);
	return 1;
}
