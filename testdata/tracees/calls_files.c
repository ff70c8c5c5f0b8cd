/* Calls on files, directories and descriptors with right and wrong arguments: null
 * pointers, unmapped memory, structs on the last bytes of a page, absurd counts,
 * unknown bits. plait and strace trace it, and must say the same. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

static char *edge; /* nothing is mapped behind it */

/* at copies what is at p to the last bytes before unmapped memory. */
static void *at(const void *p, size_t n) {
	return memcpy(edge - n, p, n);
}

static void names(void) {
	struct stat st;
	struct statx stx;
	struct statfs fs;
	CALL(creat, "f", 0640L);
	long fd = CALL(openat, AT_FDCWD, "f", O_RDWR | O_APPEND | O_NOATIME | O_CLOEXEC, 0);
	CALL(openat, AT_FDCWD, "nosuch", O_RDONLY, 0);
	CALL(openat, -1, "f", O_WRONLY | O_EXCL | 0x30000000, 0);
	CALL(openat, AT_FDCWD, 0, O_RDONLY, 0);
	CALL(openat, AT_FDCWD, edge, O_RDONLY | O_CREAT, 07777);
	CALL(openat, AT_FDCWD, "t", O_TMPFILE | O_RDWR, 0600);
	CALL(openat, AT_FDCWD, at("unterminated", 12), O_PATH, 0);
	struct { unsigned long flags, mode, resolve, more; } how = {O_RDONLY | O_PATH, 0, 8, 0};
	CALL(openat2, AT_FDCWD, "f", at(&how, 24), 24);
	CALL(openat2, AT_FDCWD, "f", at(&how, 32), 32);
	CALL(openat2, AT_FDCWD, "f", edge - 8, 24);
	CALL(stat, "f", &st);
	CALL(lstat, "/dev/null", &st);
	CALL(fstat, fd, &st);
	CALL(fstat, fd, edge - sizeof st);
	CALL(fstat, fd, edge - 8);
	CALL(stat, "nosuch", &st);
	CALL(newfstatat, fd, "", &st, AT_EMPTY_PATH);
	CALL(newfstatat, AT_FDCWD, "/proc/self/exe", &st, AT_SYMLINK_NOFOLLOW);
	CALL(statx, AT_FDCWD, "f", AT_STATX_DONT_SYNC, STATX_MODE | STATX_SIZE, &stx);
	CALL(statx, AT_FDCWD, "nosuch", 0x6000, 0xffffffff, &stx);
	CALL(statx, AT_FDCWD, "/", AT_STATX_FORCE_SYNC | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, edge - 256);
	CALL(statfs, "/proc", &fs);
	CALL(fstatfs, fd, edge - sizeof fs);
	CALL(statfs, "/proc", edge - 4);
	CALL(access, "f", R_OK | W_OK);
	CALL(faccessat2, AT_FDCWD, "f", 0x100 | X_OK, AT_EACCESS | 0x10);
	CALL(chmod, "f", 04755);
	CALL(fchmodat, AT_FDCWD, "f", 0);
	CALL(fchown, fd, -1, -1);
	CALL(lchown, "nosuch", 5, -1);
	struct timespec ts[2] = {{1, 2}, {0, UTIME_OMIT}};
	CALL(utimensat, AT_FDCWD, "f", at(ts, sizeof ts), 0);
	CALL(utimensat, AT_FDCWD, "f", edge - 16, 0);
	CALL(utimensat, fd, 0, 0, 0);
	CALL(utime, "f", edge - 8);
	CALL(mkdir, "d", 01777);
	CALL(mkdirat, AT_FDCWD, "d", 0700);
	CALL(mknodat, AT_FDCWD, "d/p", S_IFIFO | 0600, 0);
	CALL(mknod, "d/c", S_IFCHR | 0666, makedev(1, 3));
	CALL(symlink, "../f", "d/l");
	CALL(linkat, AT_FDCWD, "f", AT_FDCWD, "d/h", AT_SYMLINK_FOLLOW);
	CALL(renameat2, AT_FDCWD, "d/h", AT_FDCWD, "d/g", 1);
	char buf[256];
	CALL(readlink, "d/l", buf, sizeof buf);
	CALL(readlink, "d/l", edge - 2, 2);
	CALL(readlink, "f", buf, -1L);
	long dir = CALL(open, "d", O_RDONLY | O_DIRECTORY);
	CALL(getdents64, dir, buf, sizeof buf);
	CALL(getdents64, dir, buf, sizeof buf);
	CALL(lseek, dir, 0L, SEEK_SET);
	CALL(getdents, dir, buf, sizeof buf);
	CALL(getdents64, dir, edge, 0xffffffffL);
	CALL(unlinkat, dir, "p", 0);
	CALL(unlinkat, AT_FDCWD, "d", AT_REMOVEDIR | 1);
	CALL(chdir, "d");
	CALL(fchdir, fd);
	CALL(chdir, "..");
	CALL(getcwd, buf, 1L);
	CALL(umask, 027);
	CALL(truncate, "f", 100L);
	CALL(ftruncate, fd, -1L);
}

static void attributes(void) {
	char buf[64];
	CALL(setxattr, "f", "user.a", "value", 6L, XATTR_CREATE);
	CALL(setxattr, "f", "user.b", "\0\1\2\377", 4L, 0);
	CALL(setxattr, "f", "user.b", edge - 2, 20L, 0);
	CALL(setxattr, "f", "nowhere.b", "x", 1L, 0x30);
	CALL(getxattr, "f", "user.a", buf, sizeof buf);
	CALL(getxattr, "f", "user.b", edge - 4, 4L);
	CALL(getxattr, "f", "user.b", 0, 0L);
	CALL(getxattr, "f", "user.b", buf, 1L);
	CALL(lgetxattr, "f", "user.c", buf, sizeof buf);
	CALL(listxattr, "f", buf, sizeof buf);
	CALL(listxattr, "f", 0, 0L);
	CALL(removexattr, "f", "user.a");
	CALL(removexattr, "f", edge);
}

static void data(void) {
	char buf[128];
	struct iovec in[2] = {{buf, 3}, {buf + 3, 100}}, out[3] = {{"abc", 3}, {0, 0}, {"a longer text, which is cut where it is shown", 45}};
	long fd = CALL(open, "f", O_RDWR);
	CALL(write, fd, "some text\n", 10L);
	CALL(write, fd, edge, 10L);
	CALL(write, fd, edge - 4, 10L);
	CALL(pwrite64, fd, "\0\1", 2L, 20L);
	CALL(writev, fd, out, 3L);
	CALL(writev, fd, at(out, 16), 2L);
	CALL(writev, fd, 0, -1L);
	CALL(pwritev2, fd, out, 1L, 0L, 0L, 0);
	CALL(pwritev2, fd, out, 1L, -1L, -1L, 0x8000);
	CALL(lseek, fd, 0L, SEEK_SET);
	CALL(lseek, fd, 0L, SEEK_HOLE);
	CALL(lseek, fd, -1L, 77);
	CALL(lseek, fd, 0L, SEEK_SET);
	CALL(read, fd, buf, sizeof buf);
	CALL(read, fd, edge - 3, 10L);
	CALL(read, fd, buf, 0L);
	CALL(pread64, fd, buf, 5L, -1L);
	CALL(pread64, fd, buf, 5L, 2L);
	CALL(preadv, fd, in, 2L, 0L, 0L);
	CALL(preadv2, fd, at(in, 32), 2L, 0L, 0L, RWF_HIPRI | RWF_NOWAIT);
	CALL(readv, -1, in, 2L);
	CALL(readv, fd, in, 0L);
	CALL(fallocate, fd, FALLOC_FL_KEEP_SIZE, 0L, 8192L);
	CALL(fallocate, fd, 0x100, -1L, 0L);
	CALL(fadvise64, fd, 0L, 0L, POSIX_FADV_DONTNEED);
	CALL(sync_file_range, fd, 0L, 0L, 8 | SYNC_FILE_RANGE_WRITE);
	CALL(flock, fd, LOCK_SH | LOCK_NB);
	CALL(flock, fd, 0x77);
	long copy = CALL(open, "copy", O_RDWR | O_CREAT, 0600);
	loff_t from = 1, to = 5;
	CALL(copy_file_range, fd, at(&from, 8), copy, &to, 10L, 0);
	CALL(copy_file_range, fd, 0, copy, edge, 10L, 5);
	CALL(sendfile, copy, fd, &from, 4L);
	CALL(sendfile, copy, -1, edge, 4L);
	int pipes[2];
	CALL(pipe2, pipes, O_NONBLOCK);
	CALL(pipe2, edge - 4, 0);
	CALL(pipe2, pipes, 5);
	CALL(splice, fd, &from, pipes[1], 0, 5L, SPLICE_F_MORE);
	CALL(tee, pipes[0], copy, 5L, 0);
	CALL(vmsplice, pipes[1], out, 1L, SPLICE_F_GIFT | 0x100);
	CALL(read, pipes[0], buf, sizeof buf);
	CALL(read, pipes[0], buf, sizeof buf);
	CALL(readahead, fd, 0L, 4096L);
	CALL(fsync, fd);
	CALL(fdatasync, -1);
	CALL(syncfs, fd);
	CALL(dup3, fd, 50, O_CLOEXEC);
	CALL(dup2, 50, 51);
	CALL(dup3, 51, 51, 0);
	CALL(close_range, 50, 51, 0);
	CALL(close_range, 60, 50, 0xf);
	CALL(memfd_create, "mem", MFD_ALLOW_SEALING);
}

static void control(void) {
	struct flock l = {F_WRLCK, SEEK_SET, 1, 2, 0}, odd = {9, 9, -1, -1, 0};
	long fd = CALL(open, "f", O_RDWR);
	CALL(fcntl, fd, F_GETFD);
	CALL(fcntl, fd, F_SETFD, FD_CLOEXEC);
	CALL(fcntl, fd, F_GETFD);
	CALL(fcntl, fd, F_GETFL);
	CALL(fcntl, fd, F_SETFL, O_APPEND | O_NONBLOCK);
	CALL(fcntl, fd, F_DUPFD_CLOEXEC, 40L);
	CALL(fcntl, fd, F_DUPFD, -5L);
	CALL(fcntl, fd, F_SETLK, &l);
	CALL(fcntl, fd, F_OFD_GETLK, at(&l, sizeof l));
	CALL(fcntl, fd, F_GETLK, &l);
	CALL(fcntl, fd, F_SETLKW, &odd);
	CALL(fcntl, fd, F_SETLK, edge - 16);
	CALL(fcntl, fd, F_SETSIG, SIGIO);
	CALL(fcntl, fd, F_GETSIG);
	CALL(fcntl, fd, F_GETOWN);
	struct { int type, pid; } owner = {1, 0};
	CALL(fcntl, fd, F_GETOWN_EX, &owner);
	CALL(fcntl, fd, F_SETOWN_EX, edge - 4);
	CALL(fcntl, fd, F_NOTIFY, DN_CREATE | DN_MULTISHOT);
	CALL(fcntl, fd, F_GETLEASE);
	CALL(fcntl, fd, F_SETLEASE, F_UNLCK);
	CALL(fcntl, fd, F_GETPIPE_SZ);
	CALL(fcntl, fd, F_ADD_SEALS, F_SEAL_GROW);
	CALL(fcntl, fd, 4711, 5L);
	CALL(fcntl, -1, F_GETFD);
	int n = 0;
	struct winsize w;
	struct termios t;
	CALL(ioctl, fd, FIONREAD, &n);
	CALL(ioctl, fd, FIONREAD, edge);
	CALL(ioctl, fd, FIONBIO, at(&n, 4));
	CALL(ioctl, fd, FIOCLEX);
	CALL(ioctl, fd, TCGETS, &t);
	CALL(ioctl, fd, TIOCGWINSZ, &w);
	CALL(ioctl, fd, 0x5402, edge - 4);
	CALL(ioctl, -1, 0xdeadbeefL, 5L);
}

static void waiting(void) {
	int pipes[2];
	pipe(pipes);
	write(pipes[1], "x", 1);
	struct pollfd p[4] = {{pipes[0], POLLIN | 0x7000, 0}, {-1, POLLIN, 0}, {pipes[1], POLLOUT | POLLHUP, 0}, {99, 0, 0}};
	struct timespec ts = {0, 1000}, odd = {-1, -1};
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CALL(poll, p, 4L, 0);
	CALL(poll, p + 1, 1L, 1);
	CALL(poll, at(p, 8), 2L, 0);
	CALL(poll, edge, 1L, 0);
	CALL(poll, 0, 0L, 0);
	CALL(ppoll, p, 3L, &ts, &set, 8L);
	CALL(ppoll, p + 1, 1L, &ts, 0, 8L);
	CALL(ppoll, p, 1L, &odd, edge - 4, 8L);
	fd_set r, w;
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_SET(pipes[0], &r);
	FD_SET(pipes[1], &w);
	struct timeval tv = {0, 10};
	CALL(select, pipes[1] + 1, &r, &w, 0, &tv);
	FD_ZERO(&w);
	FD_SET(pipes[1], &r);
	FD_CLR(pipes[0], &r);
	CALL(select, pipes[1] + 1, &r, &w, 0, &tv);
	CALL(select, -1, edge, 0, 0, 0);
	CALL(pselect6, 0, 0, 0, 0, &ts, 0);
	CALL(pselect6, 1, edge - 1, 0, 0, &odd, edge - 8);
	long ep = CALL(epoll_create1, EPOLL_CLOEXEC);
	struct epoll_event ev[2] = {{EPOLLIN | EPOLLET | 0x00100000, {.u64 = 0}}};
	CALL(epoll_ctl, ep, EPOLL_CTL_DEL, pipes[0], ev);
	CALL(epoll_ctl, ep, 9, 99, 0);
	CALL(epoll_ctl, ep, EPOLL_CTL_ADD, 99, edge - 4);
	CALL(epoll_wait, ep, ev, 2, 0);
	CALL(epoll_pwait, ep, ev, 0, 0, 0, 8L);
	CALL(eventfd2, 5, EFD_NONBLOCK | EFD_SEMAPHORE);
	CALL(eventfd2, 5, 0x10);
	CALL(signalfd4, -1, &set, 8L, SFD_CLOEXEC);
	CALL(signalfd4, -1, edge - 4, 8L, 1);
	long tfd = CALL(timerfd_create, CLOCK_MONOTONIC, TFD_NONBLOCK);
	CALL(timerfd_create, 77, 3);
	struct itimerspec it = {{1, 2}, {3, 4}};
	CALL(timerfd_settime, tfd, TFD_TIMER_ABSTIME | 8, &it, 0);
	CALL(timerfd_settime, tfd, 0, edge - 16, 0);
	long in = CALL(inotify_init1, IN_NONBLOCK);
	CALL(inotify_add_watch, in, ".", IN_CREATE | IN_ONLYDIR | 0x1000);
	CALL(inotify_rm_watch, in, 77);
	CALL(fanotify_init, FAN_CLASS_CONTENT | FAN_CLOEXEC | 0x80000000, O_RDONLY | O_LARGEFILE);
	CALL(fanotify_mark, -1, FAN_MARK_ADD | FAN_MARK_ONLYDIR, FAN_OPEN | FAN_ONDIR, AT_FDCWD, ".");
}

static void mounts(void) {
	CALL(mount, "none", "nosuch", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m");
	CALL(mount, "f", "nosuch", 0, MS_BIND | MS_REC, 0);
	CALL(mount, edge, "nosuch", "x", MS_MGC_VAL | MS_RDONLY, edge);
	CALL(mount, 0, "nosuch", "x", MS_REMOUNT | MS_PRIVATE, "data");
	CALL(umount2, "nosuch", MNT_DETACH | 0x100);
	CALL(pivot_root, "nosuch", edge);
	long fs = CALL(fsopen, "nosuchfs", 1);
	CALL(fsconfig, fs, 1, "source", "x", 0);
	CALL(fsconfig, fs, 2, "blob", "\1\2\3", 3);
	CALL(fsmount, fs, 1, 0x2f);
	CALL(open_tree, AT_FDCWD, "nosuch", 0x80001);
	CALL(move_mount, -1, "", AT_FDCWD, "nosuch", 4);
	CALL(quotactl, 0x80000700, "nosuch", 0, edge);
	CALL(swapoff, "nosuch");
	unsigned long ctx = 0;
	CALL(io_setup, 4, &ctx);
	CALL(io_setup, 4, edge - 4);
	CALL(io_getevents, ctx, 0L, 1L, edge, 0);
	CALL(io_submit, ctx, 1L, edge - 4);
	CALL(io_destroy, ctx);
	CALL(io_uring_setup, 1, edge - 8);
	CALL(io_uring_enter, -1, 1, 2, 3, 0, 8L);
	CALL(io_uring_register, -1, 4711, edge, 1);
	struct { unsigned bytes; int type; char handle[128]; } h = {0};
	int id;
	CALL(name_to_handle_at, AT_FDCWD, "f", &h, &id, 0);
	h.bytes = 128;
	CALL(name_to_handle_at, AT_FDCWD, "nosuch", &h, &id, AT_SYMLINK_FOLLOW);
	CALL(name_to_handle_at, AT_FDCWD, "f", edge - 4, &id, 0x10000);
	h.bytes = 4;
	CALL(open_by_handle_at, -1, &h, O_RDONLY);
}

int main(void) {
	char *p = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	edge = p + 4096;
	munmap(edge, 4096);
	CALL(getpid);
	names();
	attributes();
	data();
	control();
	waiting();
	mounts();
	return 0;
}
