#!/usr/bin/env bash
# Runs every test there is and prints the totals. Called by ./millrace test; the first argument is the checkout.
set -euo pipefail

root=$1
shift

# ---- programs that the tests drive: clients and a browser of the distribution
missing=()
command -v kcat > /dev/null || missing+=(kcat)
command -v gcc > /dev/null || missing+=(gcc libc6-dev)
[[ -r /usr/include/librdkafka/rdkafka.h ]] || missing+=(librdkafka-dev)
command -v chromium > /dev/null || missing+=(chromium)
command -v openssl > /dev/null || missing+=(openssl)
command -v node > /dev/null || missing+=(nodejs)
command -v npm > /dev/null || missing+=(npm)
command -v mvn > /dev/null || missing+=(maven)
if ((${#missing[@]} > 0)); then
  if [[ $(id -u) -eq 0 ]] && command -v apt-get > /dev/null; then
    echo "installing ${missing[*]}"
    if ! { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}"; } \
      > "${TMPDIR:-/tmp}/millrace-test-install.log" 2>&1; then
      tail -n 20 "${TMPDIR:-/tmp}/millrace-test-install.log" >&2
      echo "millrace: cannot install ${missing[*]}" >&2
      exit 2
    fi
  else
    echo "millrace: the tests need ${missing[*]}; install them first (Debian: apt-get install ${missing[*]})" >&2
    exit 2
  fi
fi

# ---- the tests; a mark in the environment finds processes that outlive them
mark=TEST_RUN_OF_MILLRACE=$$.$RANDOM
start=$(mktemp)
trap 'rm -f "$start"' EXIT
code=0
env "$mark" mvn --file "$root/pom.xml" --fail-at-end verify "$@" || code=$?

leftovers=0
for process in /proc/[0-9]*; do
  # Processes end while they are looked at.
  if { tr '\0' '\n' < "$process/environ"; } 2> /dev/null | grep -qxF "$mark"; then
    echo "left behind: process ${process#/proc/}: $({ tr '\0' ' ' < "$process/cmdline"; } 2> /dev/null | cut -c 1-200)" >&2
    kill -KILL "${process#/proc/}" 2> /dev/null || true
    leftovers=$((leftovers + 1))
  fi
done

# ---- the totals, from the reports that this run wrote
find "$root" -path '*/target/surefire-reports/TEST-*.xml' -newer "$start" -print0 \
  | xargs -0 -r sed -n 's/.*<testsuite \([^>]*\)>.*/\1/p' \
  | awk -v left="$leftovers" '
      function number(name) {
        if (match($0, " " name "=\"[0-9]+\"")) {
          return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0
        }
        return 0
      }
      {
        tests += number("tests"); failed += number("failures") + number("errors"); skipped += number("skipped")
      }
      END {
        failed += left
        printf "\n%d passed, %d failed, %d skipped\n", tests + left - failed - skipped, failed, skipped
      }'
if ((leftovers > 0)) && ((code == 0)); then
  code=1
fi
exit "$code"
