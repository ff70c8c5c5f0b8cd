/* waits [MILLISECONDS]: a thread for each system call that waits, all at once, for
 * that long. None of them may notice that plait attaches meanwhile: prints what each
 * returned, and that it took its time. -pthread */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int milliseconds = 1500;
static struct timespec span, until;
static int quiet[2], talk[3][2];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static long sleeps(void) { return nanosleep(&span, NULL); }
static long sleeps_until(void) { return clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL); }
static long polls(void) { return poll(&(struct pollfd){quiet[0], POLLIN}, 1, milliseconds); }
static long ppolls(void) { return ppoll(&(struct pollfd){quiet[0], POLLIN}, 1, &span, NULL); }
static long selects(void)
{
	fd_set set;
	struct timeval t = {span.tv_sec, span.tv_nsec / 1000};

	FD_ZERO(&set);
	FD_SET(quiet[0], &set);
	return select(quiet[0] + 1, &set, NULL, NULL, &t);
}
static long reads(void) { char c; return read(talk[0][0], &c, 1); }
static long receives(void) { char c; return recv(talk[1][0], &c, 1, 0); }
static long waits(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		nanosleep(&span, NULL);
		_exit(3);
	}
	return waitpid(pid, &status, 0) == pid ? WEXITSTATUS(status) : -1;
}
static long locks(void)
{
	pthread_mutex_lock(&mutex);
	int r = pthread_cond_timedwait(&condition, &mutex, &until);
	pthread_mutex_unlock(&mutex);
	return r;
}

static struct { const char *name; long (*call)(void); long result; int error, early; } all[] = {
	{"nanosleep", sleeps}, {"clock_nanosleep", sleeps_until}, {"poll", polls}, {"ppoll", ppolls},
	{"select", selects}, {"read", reads}, {"recv", receives}, {"waitpid", waits}, {"cond_timedwait", locks},
};
enum { count = sizeof all / sizeof all[0] };

static void *work(void *arg)
{
	struct timespec from, to;
	int i = (long)arg;

	clock_gettime(CLOCK_MONOTONIC, &from);
	errno = 0;
	all[i].result = all[i].call();
	all[i].error = errno;
	clock_gettime(CLOCK_MONOTONIC, &to);
	all[i].early = (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000 < milliseconds - 200;
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[count];

	if (argc > 1)
		milliseconds = atoi(argv[1]);
	span = (struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000L};
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += span.tv_sec + (until.tv_nsec + span.tv_nsec) / 1000000000;
	until.tv_nsec = (until.tv_nsec + span.tv_nsec) % 1000000000;
	pipe(quiet);
	pipe(talk[0]);
	socketpair(AF_UNIX, SOCK_STREAM, 0, talk[1]);
	for (long i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	nanosleep(&span, NULL);
	write(talk[0][1], "x", 1);
	write(talk[1][1], "x", 1);
	for (int i = 0; i < count; i++) {
		pthread_join(threads[i], NULL);
		printf("%s %ld %s early %d\n", all[i].name, all[i].result, strerror(all[i].error), all[i].early);
	}
	return 0;
}
