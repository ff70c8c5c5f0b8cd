// JIT code calls abs(3), from one thread or from many, is moved, is replaced by other
// code, and lies where no breakpoint can be planted. -pthread
#define _GNU_SOURCE
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, THREADS = 8, ROUNDS = 50 };
extern char **environ;
typedef int (*function)(int);
static int calls;

static unsigned char *emit(unsigned char *p, const void *code, int n) { memcpy(p, code, n); return p + n; }

// int f(int n) { return callee(n) + add; }, behind that many no-ops
static function assemble(unsigned char *at, function callee, int add, int pad) {
	unsigned char *p = memset(at, 0x90, pad);
	p = emit(p + pad, "\x48\x83\xec\x08\x48\xb8", 6); // sub $8,%rsp; mov $callee,%rax
	p = emit(p, &callee, 8);
	p = emit(p, "\xff\xd0\x05", 3);                   // call *%rax; add $add,%eax
	p = emit(p, &add, 4);
	emit(p, "\x48\x83\xc4\x08\xc3", 5);               // add $8,%rsp; ret
	return (function)at;
}

static void check(const char *what, int got, int want) {
	calls++;
	if (got != want) printf("%s: %d, not %d\n", what, got, want), exit(1);
}

// JIT code and this function call each other.
static function inner;
static int nested(int n) { return n > 0 ? inner(n - 1) : 0; }

static void *hammer(void *f) {
	for (int i = 0; i < ROUNDS; i++)
		if (((function)f)(-i) != i + 5) exit(2);
	return 0;
}

static void spawned(void) {
	pid_t pid;
	if (posix_spawnp(&pid, "true", 0, 0, (char *[]){"true", 0}, environ)) exit(3);
	waitpid(pid, 0, 0);
}

int main(void) {
	unsigned char *page = mmap(0, 3 * PAGE, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check("made", assemble(page, abs, 10, 0)(-1), 11);
	memcpy(page + PAGE, page, PAGE);
	check("moved", ((function)(page + PAGE))(-2), 12);
	for (int pad = 0; pad < 30; pad++)
		check("replaced", assemble(page, abs, 100, pad)(-pad), pad + 100);
	assemble(page, abs, 1000, 3);
	spawned();
	check("after another process", ((function)page)(-7), 1007);

	inner = assemble(page, nested, 1, 0);
	if (inner(20) != 21) return 5;
	function shared = assemble(page + 2 * PAGE, abs, 5, 0);
	pthread_t t[THREADS];
	for (int i = 0; i < THREADS; i++) pthread_create(&t[i], 0, hammer, shared);
	for (int i = 0; i < THREADS; i++) pthread_join(t[i], 0);
	calls += THREADS * ROUNDS;

	int fd = memfd_create("code", 0); // mapped twice: written here, run there
	if (ftruncate(fd, PAGE)) return 4;
	assemble(mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), abs, 3, 0);
	function sealed = mmap(0, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
	for (int i = 0; i < 3; i++) check("sealed", sealed(-i), i + 3);
	printf("# abs %d\n# nested 21\n", calls);
	return 0;
}
