// An exception thrown by a callback leaves the library function that called it (qsort),
// which is still open in the trace. -fexceptions
#include <cstdio>
#include <cstdlib>

static int compare(const void *, const void *) { throw 7; }

int main()
{
	int numbers[] = {3, 1, 2};

	for (int i = 0; i < 3; i++) {
		try {
			std::qsort(numbers, 3, sizeof numbers[0], compare);
			return 1;
		} catch (int e) {
			if (e != 7)
				return 2;
		}
	}
	std::printf("# qsort 3\n# __cxa_throw 3\n");
	return 0;
}
