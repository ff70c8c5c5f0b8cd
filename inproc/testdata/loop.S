# A program that calls f ROUNDS times from each of many places, through a stub and through a GOT
# word, and exits with status 0 if all results were right. It needs no library.

	.equ PLACES, 200

	.text
	.globl _start
_start:
	lea f(%rip), %rax
	mov %rax, slot(%rip)        # nobody relocates it
	mov $ROUNDS, %r12
	xor %r13, %r13              # sum of the results
again:
	.set i, 0
	.rept PLACES
	lea text(%rip), %rdi
	mov $i, %esi
	call stub
	.if i % 5 == 0              # instructions of several lengths at the return address
	add %rax, %r13
	.elseif i % 5 == 1
	push %rax
	pop %rcx
	add %rcx, %r13
	.elseif i % 5 == 2
	lea (%r13,%rax), %r13
	nop
	.elseif i % 5 == 3
	nop
	add %rax, %r13
	.else
	mov %rax, saved(%rip)
	add saved(%rip), %r13
	.endif
	.set i, i + 1
	.endr
	lea text(%rip), %rdi
	mov $7, %esi
	.globl wordcall
wordcall:
	call *slot(%rip)
	add %rax, %r13
	dec %r12
	jnz again

	mov $(PLACES * (PLACES - 1) / 2 + 7) * ROUNDS, %rax
	xor %edi, %edi
	cmp %rax, %r13
	setne %dil
	mov $231, %eax              # exit_group
	syscall

	.globl stub
stub:
	jmp *slot(%rip)
	.globl f
f:
	mov %rsi, %rax
	ret

	.data
	.globl slot
slot:	.quad 0
saved:	.quad 0
text:	.asciz "hello"
