// manycalls: like a large program built with -fno-plt, with 200,000 calls through the
// GOT in 2,000 functions. It makes none of these. It counts the calls that it does
// make, and prints the count when it is asked to end.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__asm__(".text\n"
        ".altmacro\n"
        ".macro function n\n"
        ".type many\\n, @function\n"
        "many\\n: .cfi_startproc\n"
        ".rept 100\n"
        "call *abs@GOTPCREL(%rip)\n"
        "mov %eax, %edi\n"
        ".endr\n"
        "ret\n"
        ".cfi_endproc\n"
        ".size many\\n, .-many\\n\n"
        ".endm\n"
        ".set i, 0\n"
        ".rept 2000\n"
        "function %i\n"
        ".set i, i+1\n"
        ".endr\n"
        ".noaltmacro\n");

static volatile sig_atomic_t ended;

static void end(int sig)
{
	(void)sig;
	ended = 1;
}

int main(void)
{
	int rounds = 0, wrong = 0;
	signal(SIGUSR1, end);
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	while (!ended) {
		wrong += labs(-rounds) != rounds;
		rounds++;
		usleep(1000);
	}
	printf("ended well: %s\n", wrong || rounds < 2 ? "no" : "yes");
	return 0;
}
