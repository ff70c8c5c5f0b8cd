#!/bin/sh
# Makes the ELF files that the tests of elf and plt read. They are checked in,
# so the tests need no compiler; run this only to change them. Debian 12, gcc
# 12.2, clang 14, lld 14.
set -e
cd "$(dirname "$0")"
small="-Os -nostdlib -nostartfiles -Wl,-z,noseparate-code,-z,max-page-size=4096 -Wl,--build-id=0x0102030405060708"
gcc $small -fPIE -pie calls.c -lc -o calls-pie
gcc $small -fno-pie -no-pie -Wl,-z,now -s calls.c -lc -o calls-now-stripped
gcc $small -fPIE -pie -fno-plt -s calls.c -lc -o calls-noplt
gcc $small -fPIC -shared -Wl,--hash-style=gnu -Wl,-soname,libversions.so.1 -Wl,--version-script,versions.map versions.c -o versions-gnu.so
gcc $small -fPIC -shared -Wl,--hash-style=sysv -Wl,-soname,libversions.so.1 -Wl,--version-script,versions.map versions.c -o versions-sysv.so
gcc $small -static -fno-pie -no-pie -s nothing.c -o static
gcc $small -static-pie -fPIE -s nothing.c -o static-pie
clang --target=i386-linux-gnu -fuse-ld=lld $small -fPIE -pie -Wl,--dynamic-linker=/lib/ld-linux.so.2 -s nothing.c -o i386
clang --target=aarch64-linux-gnu -fuse-ld=lld $small -static -s nothing.c -o aarch64
clang --target=powerpc64-linux-gnu -fuse-ld=lld $small -static -s nothing.c -o powerpc64
# calls-pie without section headers: e_shoff, e_shentsize, e_shnum and e_shstrndx are zero.
cp calls-pie calls-nosections
dd if=/dev/zero of=calls-nosections bs=1 seek=40 count=8 conv=notrunc 2>/dev/null
dd if=/dev/zero of=calls-nosections bs=1 seek=58 count=6 conv=notrunc 2>/dev/null
