// throw [N]: exceptions that leave traced frames. Each __cxa_throw is a call
// that never returns; none may stay on the stack of open calls. -std=c++11
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

static int depth(int n)
{
	if (n == 0)
		throw std::runtime_error("bottom");
	std::string keep(40, 'x'); // has a destructor that must run
	return depth(n - 1) + int(keep.size());
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? std::atoi(argv[1]) : 100;
	int caught = 0;

	for (int i = 0; i < n; i++) {
		try {
			depth(i % 5);
		} catch (const std::runtime_error &e) {
			if (std::string(e.what()) == "bottom")
				caught++;
		}
	}
	std::printf("# __cxa_throw %d\n# __cxa_begin_catch %d\n", n, caught);
	return caught != n;
}
