/* System calls with known arguments and results. The program prints, as regular
 * expressions, the lines that a trace of system calls must have for them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SYS_mseal
#define SYS_mseal 462
#endif

/* The lines are printed at the end, because printing between two calls would itself
 * be a call. */
static char lines[8192];
static size_t used;

#define SAY(...) (used += snprintf(lines + used, sizeof lines - used, __VA_ARGS__))

static void files(void)
{
	struct stat st;
	char byte[8];

	open("/nonexistent", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	SAY("SYS_openat\\(AT_FDCWD, \"/nonexistent\", O_RDWR\\|O_NOFOLLOW\\|O_CLOEXEC\\) = -1 ENOENT \\(%s\\)\n", strerror(errno));
	open("/", O_WRONLY | O_CREAT, 0640);
	SAY("SYS_openat\\(AT_FDCWD, \"/\", O_WRONLY\\|O_CREAT, 0640\\) = -1 EISDIR \\(%s\\)\n", strerror(errno));
	read(99, byte, 8);
	SAY("SYS_read\\(99, %p, 8\\) = -1 EBADF \\(%s\\)\n", byte, strerror(errno));
	fstat(0, &st);
	SAY("SYS_(newfstatat\\(0, \"\"|fstat\\(0), \\{.*st_mode=S_IF[A-Z]+\\|.*\\}(, AT_EMPTY_PATH)?\\) = 0\n");
}

static void memory(void)
{
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	SAY("SYS_mmap\\(NULL, 8192, PROT_READ\\|PROT_WRITE, MAP_PRIVATE\\|MAP_ANONYMOUS, -1, 0\\) = %p\n", p);
	mprotect(p, 4096, PROT_NONE);
	SAY("SYS_mprotect\\(%p, 4096, PROT_NONE\\) = 0\n", p);
	madvise(p, 4096, MADV_DONTNEED);
	SAY("SYS_madvise\\(%p, 4096, MADV_DONTNEED\\) = 0\n", p);
	/* Newer than most tables: plait must know the name, whether or not the kernel
	 * has the call. */
	syscall(SYS_mseal, 1, 2, 4);
	SAY("SYS_mseal\\(0x1, 2, .*\\) = -1 E[A-Z]+ .*\n");
	syscall(999, 1);
	SAY("SYS_999\\(.*\\) = -1 ENOSYS \\(%s\\)\n", strerror(ENOSYS));
}

static void others(void)
{
	struct sigaction act = { .sa_handler = SIG_IGN, .sa_flags = SA_RESTART };
	struct sockaddr_un addr = { AF_UNIX, "/nonexistent/socket" };
	struct rlimit lim = { 100, 200 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	SAY("SYS_socket\\(AF_UNIX, SOCK_STREAM\\|SOCK_CLOEXEC, 0\\) = %d\n", fd);
	connect(fd, (struct sockaddr *)&addr, sizeof addr);
	SAY("SYS_connect\\(%d, \\{sa_family=AF_UNIX, sun_path=\"/nonexistent/socket\"\\}, 110\\) = -1 ENOENT .*\n", fd);
	sigaction(SIGUSR1, &act, NULL);
	SAY("SYS_rt_sigaction\\(SIGUSR1, \\{sa_handler=SIG_IGN, sa_mask=\\[\\], sa_flags=SA_RESTORER\\|SA_RESTART, .*\\}, NULL, 8\\) = 0\n");
	setrlimit(RLIMIT_NOFILE, &lim);
	SAY("SYS_prlimit64\\(0, RLIMIT_NOFILE, \\{rlim_cur=100, rlim_max=200\\}, NULL\\) = 0\n");
	kill(getpid(), 0);
	SAY("SYS_kill\\(\\d+, 0\\) = 0\n");
}

int main(void)
{
	files();
	memory();
	others();
	fwrite(lines, 1, used, stdout);
	return 0;
}
