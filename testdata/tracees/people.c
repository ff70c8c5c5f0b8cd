// Calls that take and return the numbers of processes, groups and sessions.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void children(void)
{
	siginfo_t info;
	int child = fork();
	if (child == 0)
		_exit(3);
	int pidfd = syscall(SYS_pidfd_open, child, 0);
	setpgid(child, child);
	waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
	waitid(P_PID, child, &info, WEXITED | WNOWAIT);
	waitid(P_PIDFD, pidfd, &info, WEXITED | WNOWAIT);
	waitid(P_PGID, getpgrp(), &info, WEXITED | WNOHANG);
	waitid(P_PGID, child, &info, WEXITED);
	getpgid(0);
	getsid(0);
}

static void others(void)
{
	getpriority(PRIO_PROCESS, getpid());
	getpriority(PRIO_PGRP, getpgrp());
	getpriority(PRIO_USER, 0);
	syscall(SYS_ioprio_get, 1, getpid());
	int own[2], fd = open("owned", O_CREAT | O_RDWR, 0600);
	fcntl(fd, F_SETOWN, getpid());
	struct f_owner_ex owner = {F_OWNER_PID, getpid()};
	fcntl(fd, F_SETOWN_EX, &owner);
	struct shmid_ds shared;
	int shm = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	shmctl(shm, IPC_STAT, &shared);
	shmctl(shm, IPC_RMID, 0);
	struct ucred peer;
	socklen_t size = sizeof peer;
	socketpair(AF_UNIX, SOCK_DGRAM, 0, own);
	getsockopt(own[0], SOL_SOCKET, SO_PEERCRED, &peer, &size);
	sigset_t set;
	siginfo_t info;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, 0);
	kill(getpid(), SIGUSR2);
	sigwaitinfo(&set, &info);
}

static void lock(void)
{
	struct flock whole = {.l_type = F_WRLCK};
	int fd = open("locked", O_CREAT | O_RDWR, 0600);
	fcntl(fd, F_SETLK, &whole);
	int child = fork();
	if (child == 0) {
		fcntl(fd, F_GETLK, &whole);
		_exit(0);
	}
	waitpid(child, 0, 0);
}

// An offset is null, changes, stays the same, and is null in a call that fails.
static void copies(void)
{
	int in = open("/proc/self/exe", O_RDONLY), out = open("copy", O_CREAT | O_RDWR, 0600);
	off_t place = 3;
	sendfile(out, in, 0, 100);
	sendfile(out, in, &place, 10);
	sendfile(out, in, &place, 0);
	sendfile(-1, in, 0, 10);
	syscall(SYS_sched_setattr, 0, 0, 0);
}

int main(void)
{
	children();
	others();
	lock();
	copies();
	return 0;
}
