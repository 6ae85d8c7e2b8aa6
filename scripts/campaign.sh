#!/usr/bin/env bash
# Long runs that look for defects. Called by ./millrace campaign; the first argument is the checkout.
set -euo pipefail

root=$1
shift

usage() {
  cat << 'END'
Usage: ./millrace campaign kills [--kills N] [--seed S]
  kills   kills the server at random moments under JMS and Kafka load, N times (100), and checks that nothing was
          lost, repeated, reordered or seen before it was committed. A failure prints the seed.
END
}

what=${1:-}
case $what in
  kills) ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
shift
properties=()
while (($# > 0)); do
  case $what:$1 in
    kills:--kills) properties+=("-Dmillrace.kills=${2:?--kills needs a number}") ;;
    *:--seed) properties+=("-Dmillrace.seed=${2:?--seed needs a number}") ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift 2
done

code=0
mvn -B -q -f "$root/pom.xml" -pl it-tests -am -Dspotless.check.skip -Dtest=KillCampaignTest \
  -Dsurefire.failIfNoSpecifiedTests=false "${properties[@]}" verify || code=$?
grep -h '^kill campaign:' "$root"/it-tests/target/surefire-reports/*.KillCampaignTest-output.txt || true
exit "$code"
