/* endings WAY: leaves an open library call (qsort, by its callback) by _exit, abort,
 * execve or pthread_exit; or calls vfork, which returns twice to one frame, with
 * calls of the child in between. -pthread */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *way;

static int leave(const void *a, const void *b)
{
	if (strcmp(way, "_exit") == 0)
		_exit(5);
	if (strcmp(way, "abort") == 0)
		abort();
	if (strcmp(way, "execve") == 0)
		execl("/bin/echo", "echo", "from echo", (char *)NULL);
	pthread_exit(NULL);
}

static int twice(void)
{
	int status, good = 0;

	for (int i = 0; i < 3; i++) {
		volatile int before = i;
		pid_t pid = vfork();
		if (pid == 0) {
			if (strlen("child") == 5)
				_exit(before + 1);
			_exit(99);
		}
		good += waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == i + 1 && before == i;
	}
	good += strlen("after") == 5;
	printf("# vfork 3\n# waitpid 3\ngood %d\n", good);
	return good != 4;
}

int main(int argc, char **argv)
{
	int pair[2] = {2, 1};

	way = argc > 1 ? argv[1] : "";
	if (strcmp(way, "vfork") == 0)
		return twice();
	qsort(pair, 2, sizeof pair[0], leave);
	return 1;
}
