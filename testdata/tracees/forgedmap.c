// forgedmap: a program that forges the dynamic loader's link map and has the debugger
// look at it. What it does to it:
//	many N   N entries that say the C library lies elsewhere, page by page
//	loop     the last entry leads to the second
//	twice    each entry is there twice
// It goes on calling functions all the while and says at the end whether all was well.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static void end(int sig)
{
	(void)sig;
	ended = 1;
}

static struct link_map *last(void)
{
	struct link_map *m = _r_debug.r_map;
	while (m->l_next)
		m = m->l_next;
	return m;
}

static struct link_map *libc(void)
{
	struct link_map *m = _r_debug.r_map;
	while (!strstr(m->l_name, "libc.so"))
		m = m->l_next;
	return m;
}

static struct link_map *copy(const struct link_map *of, struct link_map *behind, long off)
{
	struct link_map *m = calloc(1, sizeof *m);
	*m = *of;
	m->l_addr += off;
	m->l_ld = (void *)((char *)m->l_ld + off);
	m->l_prev = behind;
	m->l_next = 0;
	behind->l_next = m;
	return m;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	struct link_map *end_of = last(), *first = _r_debug.r_map, *m;
	signal(SIGUSR1, end);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(how, "many"))
		for (long i = 1; i <= atol(argv[2]); i++)
			// What the entry calls its dynamic section is still in the C library.
			m = i % 2 ? copy(libc(), last(), 16 * i % 4096) : copy(libc(), last(), 4096 * i);
	else if (!strcmp(how, "loop"))
		end_of->l_next = first->l_next;
	else if (!strcmp(how, "twice"))
		for (m = first; m != end_of->l_next; m = m->l_next)
			copy(m, last(), 0);
	// The loader's own function, by which it tells debuggers about a change.
	((void (*)(void))_r_debug.r_brk)();
	puts("ready");
	int wrong = 0;
	for (int rounds = 0; !ended && (argc > 3 || rounds < 3); rounds++) {
		wrong += labs(-rounds) != rounds;
		usleep(1000);
	}
	end_of->l_next = 0;
	printf("ended well: %s\n", wrong ? "no" : "yes");
	return 0;
}
