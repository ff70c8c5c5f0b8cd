#!/usr/bin/env bash
# Runs every fuzz test for the given time (default 30s), one after the other ("go
# test -fuzz" takes one at a time), and prints how many inputs each has tried per
# second. A test that has tried fewer than $LEAST (1000) in its time fails, because it
# tests next to nothing. By default Go minimizes an input for up to a minute, which
# would take all the time, so here it may only try ten times.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
time=${1:-30s}
least=${LEAST:-1000}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

# fuzz FOLDER PACKAGE NAME
fuzz() {
	# "go test" may take a worker that is busy at the end for one that hangs. Then no
	# input has failed.
	if ! (cd "$1" && go test -run '^$' -fuzz "^$3\$" -fuzztime "$time" -fuzzminimizetime 10x "$2") >"$log" 2>&1 &&
		{ ! grep -q 'context deadline exceeded' "$log" || grep -q 'Failing input' "$log"; }; then
		cat "$log"
		echo "$2 $3: failed"
		failed=1
		return
	fi
	# "fuzz: elapsed: 30s, execs: 544104 (18136/sec), new interesting: 3 (total: 9)"
	awk -v name="$2 $3" -v least="$least" '
		/^fuzz: elapsed: .* execs: / { execs = $5; if ($3 + 0 > 0) seconds = span($3) }
		function span(text,   n) {
			if (text ~ /m/) { n = 60 * text; sub(/.*m/, "", text) }
			return n + text
		}
		END {
			if (execs < least) { verdict = "  TOO FEW" }
			printf "%-50s %9d inputs %8d/s%s\n", name, execs, seconds ? execs / seconds : execs, verdict
			exit execs < least
		}' "$log" || failed=1
}

for folder in . tools/protogen; do
	for package in $(cd "$folder" && go list ./...); do
		for name in $(cd "$folder" && go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
			fuzz "$folder" "$package" "$name"
		done
	done
done
exit $failed
