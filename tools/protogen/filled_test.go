package main

import (
	"strings"
	"testing"
)

// TestFilled shows what becomes of arguments that a function fills in, given the lines
// of a unit. The last function of the C text is the one that is written.
func TestFilled(t *testing.T) {
	const types = "typedef unsigned long size_t; typedef long ssize_t; typedef struct error error;"
	for _, test := range []struct{ unit, c, want string }{
		// A count bounds the buffer: the result, or the number that a pointer leads to.
		{"fails <1 int", "int SSL_read(void *s, void *buf, int num);", "int SSL_read(addr s, +buffer[min(retval, num)] buf, int num) fails(<1);"},
		{"", "ssize_t f(int fd, void *buf, size_t n);", "ssize_t f(fd fd, +buffer[min(retval, n)] buf, size_t n) fails(<0);"},
		{"fails <1 int", "int SSL_read_ex(void *s, void *buf, size_t num, size_t *readbytes);",
			"int SSL_read_ex(addr s, +buffer[*readbytes] buf, size_t num, +size_t* readbytes) fails(<1);"},
		{"fails <1 int", "int EVP_Update(void *c, unsigned char *out, int *outl, const unsigned char *in, int inl);",
			"int EVP_Update(addr c, +buffer[*outl] out, +int* outl, buffer[inl] in, int inl) fails(<1);"},
		{"fails <1 int", "int EVP_sign(void *c, unsigned char *sig, size_t *siglen);", "int EVP_sign(addr c, +buffer[*siglen] sig, =always(size_t*) siglen) fails(<1);"},
		{"counts X*", "int XLookup(void *e, char *buffer_return, int bytes_buffer);", "int XLookup(addr e, +string[min(retval, bytes_buffer)] buffer_return, int bytes_buffer) fails(<0);"},
		{"", "size_t lib_fread(void *buf, size_t size, size_t nitems, void *f);", "size_t lib_fread(+buffer[retval * size] buf, size_t size, size_t nitems, addr f) fails(<0);"},
		// A status is not a count, whatever the function does.
		{"fails !0 int", "int db_blob_read(void *b, void *buf, int n);", "int db_blob_read(addr b, +buffer[n] buf, int n) fails(!0);"},
		// How much of a buffer is filled.
		{"", "void encode(unsigned char *out, unsigned long *out_pos, unsigned long out_size);", "void encode(+buffer[*out_pos] out, +ulong* out_pos, ulong out_size);"},
		{"", "typedef unsigned short UChar; UChar *u_fromText(UChar *dest, int destCapacity, int *pDestLength, const char *src);",
			"addr u_fromText(+string(array(ushort, *pDestLength)*) dest, int destCapacity, +int* pDestLength, string src) fails(0);"},
		// Characters that are counted.
		{"", "void text_extents(void *font, const char *string, int nchars);", "void text_extents(addr font, string[nchars] string, int nchars);"},
		// A length belongs to the parameter that it is named after, if there is one.
		{"", "void f(const char *src, char *dst, int srcSize, int dstCapacity);", "void f(string[srcSize] src, +string[dstCapacity] dst, int srcSize, int dstCapacity);"},
		// How each kind of function reports failure.
		{"", "void *f(int *out_len);", "addr f(+int* out_len) fails(0);"},
		{"", "_Bool f(int *x, error **error);", "bool f(+int* x, +always(addr*) error) fails(0);"},
		{"", "enum e { E_OK, E_BAD }; enum e f(int *x);", "e f(+int* x) fails(!0);"},
		{"", "enum e { FAILURE, SUCCESS }; enum e f(int *x);", "e f(+int* x) fails(0);"},
		{"", "enum e { RED, GREEN }; enum e f(int *x);", "e f(+int* x);"},
		{"fails !0 int", "int db_exec(void *db, const char *sql, char **errmsg);", "int db_exec(addr db, string sql, +always(string*) errmsg) fails(!0);"},
		{"fails none int g\nfails <0 int", "int g(int *x);", "int g(+int* x);"},
		{"fails <0 code\nfails !0 int", "typedef int code; code f(int *x);", "int f(+int* x) fails(<0);"},
		{"fails !0 int", "int f(int x);", "int f(int x);"}, // it fills in nothing
		{"", "typedef enum { U_ZERO_ERROR, U_BAD } UErrorCode; void f(int *n, UErrorCode *status);",
			"void f(+switch(*status < 1) { 1: int*; default: addr; } n, +UErrorCode* status);"},
		// Text that is not const.
		{"", "char *f(char *s);", "at(string) f(=guess(string) s);"},
		{"", "void f_free(char *s);", "void f_free(string s);"},
		{"", "int f_snprintf(char *string, unsigned long n, const char *format, ...) __attribute__((format(printf, 3, 4)));",
			"int f_snprintf(+string[n] string, ulong n, format format, ...) fails(<0);"},
		{"", "int getnstr(char *, int);", "int getnstr(=guess(string[arg2]), int);"},
		// Pointers to many numbers, and numbers that comments name.
		{"", "int f(void *d, unsigned long *protocols, int count);", "int f(addr d, =array(ulong, count) protocols, int count);"},
		{"", "int XSet(void* /* display */, unsigned long* /* protocols */, int /* count */);", "int XSet(addr display, =array(ulong, count) protocols, int count);"},
		{"", "void gen_things(int n, unsigned *things);", "void gen_things(int n, +array(uint, n) things);"},
		{"", "void f(float m[16], const int v[3]);", "void f(=array(float, 16) m, array(int, 3) v);"},
		// 0 means up to the NUL.
		{"lengths0 escape", "char *escape(const char *s, int length);", "at(string) escape(switch(length) { 0: string; default: string[length]; } s, int length);"},
		// The buffer for what a structure leads to does not hold text.
		{"", "int getpw_r(const char *name, void *pw, char *buf, size_t buflen, void **result);", "int getpw_r(string name, addr pw, addr buf, size_t buflen, +addr* result);"},
	} {
		u := &unit{}
		for line := range strings.Lines(test.unit) {
			key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
			if key != "" && !u.set(key, rest) {
				t.Fatalf("%q is not understood", line)
			}
		}
		p := parse(types + test.c)
		name := p.order[len(p.order)-1]
		w := &writer{unit: u, manual: &manual{}, sets: map[string]string{}}
		if got, _ := w.prototype(p.functions[name], name); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.c, got, test.want)
		}
	}
}
