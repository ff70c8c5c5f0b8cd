/* A child that stops itself stays stopped until it is continued. Its parent sees it
 * stop, continue and end, in this order. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int status, hold[2];
	pid_t pid;
	char c;

	setvbuf(stdout, NULL, _IONBF, 0);
	if (pipe(hold) != 0)
		return 4;
	pid = fork();
	if (pid == 0) {
		close(hold[1]);
		raise(SIGSTOP);
		printf("child goes on\n");
		read(hold[0], &c, 1); /* until the parent has seen it continue */
		_exit(5);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		return 1;
	usleep(50000); /* a child that does not stay stopped would print something now */
	printf("stopped by %d\n", WSTOPSIG(status));
	kill(pid, SIGCONT);
	if (waitpid(pid, &status, WCONTINUED) != pid || !WIFCONTINUED(status))
		return 2;
	close(hold[1]);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 3;
	printf("exited with %d\n", WEXITSTATUS(status));
	return 0;
}
