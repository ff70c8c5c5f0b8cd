#!/usr/bin/env bash
# Installs what the tests need beside Go, gcc, make and git: the compilers and
# linkers whose output plait must understand, the tracers that it is compared with,
# and headers for "make generate". If everything is installed, it does nothing.
set -euo pipefail

# Each line has a program or file, and the Debian package that contains it.
needs='
gcc        gcc
g++        g++
clang      clang
ld.lld     lld
ld.gold    binutils
mold       mold
musl-gcc   musl-tools
rustc      rustc
dwz        dwz
strip      binutils
ltrace     ltrace
strace     strace
gdb        gdb
hyperfine  hyperfine
python3    python3
taskset    util-linux
git        git
protoc     protobuf-compiler
/usr/include/libdrm/drm.h  libdrm-dev
'

missing() {
	while read -r program package; do
		if [ -n "$program" ] && ! command -v "$program" >/dev/null 2>&1 && ! [ -e "$program" ]; then
			echo "$package"
		fi
	done <<<"$needs" | sort -u
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

mapfile -t packages < <(missing)
if [ "${#packages[@]}" -eq 0 ]; then
	exit 0
fi
echo "installing ${packages[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
as_root apt-get -q update
as_root apt-get -q install --yes --no-install-recommends "${packages[@]}" libc6-dev

mapfile -t packages < <(missing)
if [ "${#packages[@]}" -ne 0 ]; then
	echo "still missing: ${packages[*]}" >&2
	exit 1
fi
