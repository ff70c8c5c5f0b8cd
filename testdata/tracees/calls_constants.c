/* Calls whose arguments have names of every kind, for -X raw and -X verbose. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static void sockets(void)
{
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(9)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(9)};
	int on = 1, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	inet_aton("127.0.0.1", &four.sin_addr);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	bind(s, (void *)&four, sizeof four);
	bind(s, (void *)&six, sizeof six);
	socket(AF_INET, SOCK_STREAM | 0x100, 0);
	socket(AF_INET, 0x4f, 0);
	socket(AF_INET, SOCK_CLOEXEC, 0);
	socket(AF_INET, 0, 0);
	socket(99, SOCK_STREAM, 0);
}

static void files(void)
{
	struct stat st;
	stat("/dev/null", &st);
	mknod("node", S_IFCHR | 0644, makedev(1, 3));
	chmod("/nonexistent", 04755);
	openat(AT_FDCWD, "/nonexistent/file", O_RDWR | O_CREAT | O_EXCL | 0x40000000, 0600);
	access("/", F_OK);
	access("/", R_OK | X_OK);
	lseek(0, 1, 99);
	fcntl(0, F_SETFD, FD_CLOEXEC);
	fcntl(0, F_GETFD);
	fcntl(0, 77);
}

static void processes(void)
{
	struct rlimit limit;
	int status;
	sigset_t all;
	getrlimit(RLIMIT_STACK, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	if (fork() == 0)
		_exit(3);
	wait(&status);
	if (syscall(SYS_clone, CLONE_FS | SIGCHLD, 0, 0, 0, 0) == 0)
		_exit(4);
	waitid(P_ALL, 0, NULL, WEXITED);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	kill(getpid(), SIGUSR1);
	prctl(PR_SET_NAME, "constants");
	mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	madvise(NULL, 0, MADV_DONTNEED);
}

int main(void)
{
	struct pollfd p = {.fd = 1, .events = POLLIN | POLLOUT};
	sockets();
	files();
	processes();
	poll(&p, 1, 0);
	return 0;
}
