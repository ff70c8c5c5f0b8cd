/* A child that stops itself stays stopped until it is continued, and its parent
 * sees it stop, go on and end, in this order. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int status;
	pid_t pid = fork();

	setvbuf(stdout, NULL, _IONBF, 0);
	if (pid == 0) {
		raise(SIGSTOP);
		printf("child goes on\n");
		_exit(5);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		return 1;
	usleep(50000); /* a child that does not stay stopped would speak now */
	printf("stopped by %d\n", WSTOPSIG(status));
	kill(pid, SIGCONT);
	if (waitpid(pid, &status, WCONTINUED) != pid || !WIFCONTINUED(status))
		return 2;
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 3;
	printf("exited with %d\n", WEXITSTATUS(status));
	return 0;
}
