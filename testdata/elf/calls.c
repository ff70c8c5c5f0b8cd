/* One call, one address taken, one IFUNC of our own, one static function. */
extern int puts(const char *);
extern void free(void *);
void (*release)(void *);
static int one(void) { return 1; }
static void *resolve(void) { return one; }
int chosen(void) __attribute__((ifunc("resolve"), visibility("hidden")));
__attribute__((noinline)) static int inner(int n) { return puts("x") + n + chosen(); }
void _start(void)
{
	release = free;
	inner(1);
	for (;;)
		;
}
