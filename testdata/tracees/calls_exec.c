/* A thread calls execve(2), or the process ends, while others sleep in calls. */
#include <pthread.h>
#include <unistd.h>

static int ends[2];

static void *sleeper(void *arg)
{
	char c[9];
	return arg + read(ends[0], c, sizeof c);
}

static void *runner(void *arg)
{
	char *args[] = {"/bin/true", "hi", NULL};
	usleep(100000);
	if (arg)
		_exit(3);
	execv(args[0], args);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t t;
	if (pipe(ends))
		return 1;
	pthread_create(&t, NULL, sleeper, NULL);
	usleep(50000);
	pthread_create(&t, NULL, runner, argc > 1 ? argv : NULL);
	pause();
	return 2;
}
