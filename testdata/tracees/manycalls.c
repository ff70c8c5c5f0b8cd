// manycalls: a program as large ones are that are built with -fno-plt: 200,000 calls
// through the GOT, in 2,000 functions. It makes none of them; it counts beside them
// what it does make, and says so when it is asked to end.
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
