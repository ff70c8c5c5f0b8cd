/* leaderfirst [MILLISECONDS [LIBRARY [MILLISECONDS]]]: the leader ends by
 * pthread_exit(3) long before its threads. One of these gives the process's exit
 * status, and opens a library. Exits with 23. -pthread -ldl */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *work(void *arg)
{
	for (int i = 0; i < 200; i++)
		free(malloc(32));
	return NULL;
}

static char *library;

static void *last(void *arg)
{
	pthread_t more;

	usleep(1000 * *(int *)arg); /* the leader is a zombie by now */
	for (int i = 0; i < 3; i++) {
		pthread_create(&more, NULL, work, NULL);
		pthread_join(more, NULL);
	}
	if (library) {
		void *handle = dlopen(library, RTLD_NOW);
		int (*run)(const char *) = (int (*)(const char *))dlsym(handle, "plugin_work");
		if (run("text") != 0)
			abort();
	}
	printf("# malloc 800\n# free 800\n# pthread_create 5\n");
	exit(23);
}

int main(int argc, char **argv)
{
	static int wait;
	pthread_t a, b;

	wait = argc > 1 ? atoi(argv[1]) : 100;
	library = argc > 2 && *argv[2] ? argv[2] : NULL;
	pthread_create(&a, NULL, work, NULL);
	pthread_create(&b, NULL, last, &wait);
	pthread_detach(a);
	usleep(argc > 3 ? 1000 * atoi(argv[3]) : 0);
	pthread_exit(NULL);
}
