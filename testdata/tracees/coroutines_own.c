/* Coroutines on stacks in an array local to main, within the thread's own stack, which
 * take turns inside qsort(3):
 *
 *	coroutines_own ucontext|zero|label|nested DEPTH [WAIT]
 *
 * They switch by swapcontext(3), or by a few instructions: then the return address of a
 * coroutine's first function is 0, or that of code which nothing calls. If nested, each
 * but the last begins the next one, on a stack that is local to it. DEPTH calls lie below
 * each qsort. With a third argument the program waits for a tracer first. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

enum { count = 6, size = 64 << 10 };

void swap(void **from, void *to);
void finish(void);
__asm__(".text\n.globl swap\n.type swap, @function\nswap:\n"
	"push %rbp\npush %rbx\npush %r12\npush %r13\npush %r14\npush %r15\n"
	"mov %rsp, (%rdi)\nmov %rsi, %rsp\n"
	"pop %r15\npop %r14\npop %r13\npop %r12\npop %rbx\npop %rbp\nret\n"
	".size swap, . - swap\n"
	"jmp *%rbx\n"
	".globl finish\n.type finish, @function\nfinish:\nhlt\n.size finish, . - finish\n");

static ucontext_t context[count + 1];
static void *saved[count + 1];
static int byContext, nested, depth, current = count, done[count];

static void go(int to)
{
	int from = current;

	current = to;
	if (byContext)
		swapcontext(&context[from], &context[to]);
	else
		swap(&saved[from], saved[to]);
}

static int next(int from)
{
	for (int i = 1; i <= count; i++)
		if (!done[(from + i) % count])
			return (from + i) % count;
	return count;
}

static int compare(const void *a, const void *b)
{
	int to = next(current);

	if (to != current)
		go(to);
	return *(const int *)a - *(const int *)b;
}

static void make(int me, char *stack);

__attribute__((noipa)) static int sort(int below, int *v)
{
	if (below > 0)
		return sort(below - 1, v) + 1;
	qsort(v, 4, sizeof v[0], compare);
	return 0;
}

/* A longjmp on the coroutine's own stack leaves a qsort for good. */
static jmp_buf out;
static int leave(const void *a, const void *b) { longjmp(out, 1); }

static void body(void)
{
	int me = current, v[] = {3, 1, 2, 0};
	char inner[nested && me + 1 < count ? (count - me - 1) * size : 1];

	if (nested && me + 1 < count)
		make(me + 1, inner);
	sort(depth, v);
	if (!setjmp(out))
		qsort(v, 4, sizeof v[0], leave);
	printf("%d: %d%d%d%d\n", me, v[0], v[1], v[2], v[3]);
	done[me] = 1;
	go(next(me));
	abort();
}

static int first = 0;

static void make(int me, char *stack)
{
	void **top = (void **)(stack + (nested ? (count - me) : 1) * size);

	top = (void **)((unsigned long)top & ~15UL);
	if (byContext) {
		getcontext(&context[me]);
		context[me].uc_stack.ss_sp = stack;
		context[me].uc_stack.ss_size = (char *)top - stack;
		makecontext(&context[me], body, 0);
		return;
	}
	*--top = 0;
	*--top = first ? finish : 0;
	*--top = body;
	top -= 6;
	memset(top, 0, 6 * sizeof *top);
	saved[me] = top;
}

static int traced(void)
{
	char text[4096];
	FILE *f = fopen("/proc/self/status", "r");
	int pid = 0;

	while (fgets(text, sizeof text, f))
		sscanf(text, "TracerPid: %d", &pid);
	fclose(f);
	return pid;
}

int main(int argc, char **argv)
{
	char stacks[count * size];

	byContext = !strcmp(argv[1], "ucontext");
	first = !strcmp(argv[1], "label");
	nested = !strcmp(argv[1], "nested");
	depth = atoi(argv[2]);
	for (int tries = 0; argc > 3 && !traced() && tries < 2000; tries++)
		usleep(10000);
	for (int i = 0; i < (nested ? 1 : count); i++)
		make(i, stacks + (nested ? 0 : i * size));
	go(0);
	puts("# qsort 12\n# longjmp 6");
	return 0;
}
