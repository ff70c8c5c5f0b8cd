/* What no tracer can hide, shown without plait: this program traces its own child.
 *
 * 1. An int3 that a tracer catches stays in the thread's trap number: the frame of a
 *    later signal that is no fault has it in REG_TRAPNO, though the tracer has put
 *    back all registers that ptrace(2) lets it put back.
 * 2. A process that ignores SIGTRAP has the default action again once it has run a
 *    tracer's int3: the kernel forces the signal. Only the process itself can ignore
 *    it again.
 * 3. A blocked SIGTRAP is unblocked by a tracer's int3, and its handler is gone.
 * 4. A process whose tracer is killed by SIGKILL while one of its threads stands at
 *    an int3 is killed by SIGTRAP.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

static volatile long trapno = -1;

static void handler(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	trapno = u->uc_mcontext.gregs[REG_TRAPNO];
}

/* trap runs an int3, as a program does that has a tracer's breakpoint. */
__attribute__((noinline)) static void trap(void)
{
	__asm__ volatile("int3");
}

static const char *action(void)
{
	struct sigaction a;

	sigaction(SIGTRAP, NULL, &a);
	return a.sa_handler == SIG_IGN ? "ignored" : a.sa_handler == SIG_DFL ? "default" : "handled";
}

static const char *blocked(void)
{
	sigset_t set;

	sigprocmask(SIG_BLOCK, NULL, &set);
	return sigismember(&set, SIGTRAP) ? "blocked" : "not blocked";
}

static void child(void)
{
	struct sigaction a = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	sigset_t set;

	sigaction(SIGUSR1, &a, NULL);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	kill(getpid(), SIGUSR1);
	printf("trap number of a signal before: %ld\n", trapno);
	trap();
	kill(getpid(), SIGUSR1);
	printf("trap number of a signal after: %ld\n", trapno);
	signal(SIGTRAP, SIG_IGN);
	trap();
	printf("ignored SIGTRAP after an int3: %s\n", action());
	sigemptyset(&set);
	sigaddset(&set, SIGTRAP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	trap();
	printf("blocked SIGTRAP after an int3: %s\n", blocked());
	sigaction(SIGTRAP, &a, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	trap();
	printf("blocked and handled SIGTRAP after an int3: %s\n", action());
	fflush(stdout);
	_exit(0);
}

/* trace lets a process go on until it ends. It takes each SIGTRAP and puts all registers
 * back as they were, which is more than a tracer has to do. */
static int trace(pid_t pid)
{
	struct user_regs_struct regs;
	struct user_fpregs_struct fp;
	int status, sig;

	for (;;) {
		if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			return status;
		sig = WSTOPSIG(status);
		if (sig == SIGTRAP) {
			ptrace(PTRACE_GETREGS, pid, NULL, &regs);
			ptrace(PTRACE_GETFPREGS, pid, NULL, &fp);
			ptrace(PTRACE_SETREGS, pid, NULL, &regs);
			ptrace(PTRACE_SETFPREGS, pid, NULL, &fp);
		}
		ptrace(PTRACE_CONT, pid, NULL, sig == SIGTRAP || sig == SIGSTOP ? 0 : sig);
	}
}

/* late is a process whose tracer dies while it stands at an int3. */
static void late(void)
{
	pid_t tracer, pid;
	int status, pipes[2];

	if (pipe(pipes) != 0)
		exit(1);
	pid = fork();
	if (pid == 0) {
		char c;

		if (read(pipes[0], &c, 1) == 1)
			trap();
		_exit(7);
	}
	tracer = fork();
	if (tracer == 0) {
		ptrace(PTRACE_SEIZE, pid, NULL, NULL);
		if (write(pipes[1], "x", 1) != 1)
			_exit(1);
		waitid(P_PID, pid, &(siginfo_t){0}, WSTOPPED | WNOWAIT | __WALL);
		kill(getpid(), SIGKILL);
	}
	waitpid(tracer, &status, 0);
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		printf("a process whose tracer was killed while it stood at an int3: %s\n", strsignal(WTERMSIG(status)));
	else
		printf("a process whose tracer was killed while it stood at an int3: ended with %d\n", WEXITSTATUS(status));
}

int main(void)
{
	pid_t pid;
	int status;

	setvbuf(stdout, NULL, _IONBF, 0);
	pid = fork();
	if (pid == 0)
		child();
	status = trace(pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return 1;
	late();
	return 0;
}
