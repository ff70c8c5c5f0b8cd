/* forktree [DEPTH]: each process forks two, down to DEPTH; the leaves run
 * /bin/true. The number of processes comes back in pipes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int tree(int depth)
{
	int count = 0, status;

	if (depth == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(tree(depth - 1));
		if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
			_exit(99);
		count += 1 + WEXITSTATUS(status);
	}
	return count;
}

int main(int argc, char **argv)
{
	int depth = argc > 1 ? atoi(argv[1]) : 3;

	printf("processes %d\n", 1 + tree(depth));
	return 0;
}
