/* Calls that return although a signal, a child or another program comes in between:
 * raise, fork, waitpid, vfork, posix_spawn, system. */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int signals;
static char *true_argv[] = {"/bin/true", NULL};
static char *environment[] = {NULL};

static void handler(int signo)
{
	signals++;
}

static int collect(pid_t pid)
{
	int status;

	if (pid <= 0 || waitpid(pid, &status, 0) != pid)
		abort();
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
	pid_t pid;
	int forked, vforked, spawned, shell;

	signal(SIGUSR1, handler);
	raise(SIGUSR1);
	pid = fork();
	if (pid == 0)
		_exit(4);
	forked = collect(pid);
	pid = vfork();
	if (pid == 0)
		_exit(5);
	vforked = collect(pid);
	if (posix_spawn(&pid, "/bin/true", NULL, NULL, true_argv, environment) != 0)
		return 1;
	spawned = collect(pid);
	shell = system("exit 6");
	printf("signals=%d forked=%d vforked=%d spawned=%d shell=%d\n", signals, forked, vforked, spawned,
	       WEXITSTATUS(shell));
	return 0;
}
