/* Runs everywhere, needs nothing. */
void _start(void) { for (;;); }
