// What docs/QUERIES.md asks about: depot ORDERS.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int door[2];

/* A thread that brings something after two seconds. */
static void *courier(void *arg)
{
	usleep(2000000);
	write(door[1], "parcel", 6);
	return arg;
}

int main(int argc, char **argv)
{
	int orders = atoi(argv[1]);
	char name[64], page[4096], *shelf[100];
	for (int i = 0; i < orders; i++) {
		sprintf(name, "order%d.txt", i);
		open(name, O_RDONLY); /* there is none */
	}
	for (int i = 0; i < 100; i++)
		shelf[i] = malloc(1000 * orders);
	for (int i = 0; i < 90; i++)
		free(shelf[i]);
	int fd = open("inventory.txt", O_RDONLY); /* 20,000 bytes */
	while (read(fd, page, sizeof page) > 0)
		;
	close(fd);
	pthread_t thread;
	pipe(door);
	pthread_create(&thread, NULL, courier, NULL);
	read(door[0], page, sizeof page);
	pthread_join(thread, NULL);
	if (fork() == 0)
		execl("./clerk", "clerk", NULL);
	wait(NULL);
	puts("closed");
}
