/* Calls that do not return, the last instructions of their functions, so that what
 * is behind them is another function; a function that is traced at its entry; a
 * signal's handler, and how it returns. */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALONE __attribute__((noipa, noinline))

ALONE void aborts(void) { abort(); }
ALONE int behind_abort(int n) { return n + 1; }
ALONE void exits(void) { exit(3); }
ALONE int behind_exit(int n) { return n + 2; }
ALONE void asserts(int n) { assert(n == 0); }
ALONE int leaf(int n) { return n ? leaf(n - 1) + 1 : 0; }
ALONE void handler(int sig) { behind_exit(sig); }
ALONE void signals(void) { raise(SIGUSR1); }
ALONE void jumps(void (*volatile to)(void)) { to(); }

int main(int argc, char **argv)
{
	switch (argv[1][0]) {
	case 'a': leaf(2); aborts(); break;
	case 'e': leaf(2); exits(); break;
	case 'f': asserts(argc); break;
	case 'j': jumps((void (*)(void))16); break;
	case 's': signal(SIGUSR1, handler); signals(); break;
	}
	return behind_abort(0);
}
