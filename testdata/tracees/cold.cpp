/* A function that throws: the compiler puts that part elsewhere and jumps to it.
 * Another function is called, and only has a name like that part's. */
#include <cstdio>
#include <stdexcept>

__attribute__((noinline)) int half(int n)
{
	if (n % 2)
		throw std::runtime_error("odd");
	return n / 2;
}

extern "C" __attribute__((noipa)) int outlined(int n) __asm__("half.cold.1");
extern "C" int outlined(int n) { return n + 1; }

int main(int argc, char **argv)
{
	for (int i = 0; i < 4; i++) {
		try {
			printf("%d\n", half(i) + outlined(i));
		} catch (std::exception &e) {
			puts(e.what());
		}
	}
	puts("# half 4");
	return 0;
}
