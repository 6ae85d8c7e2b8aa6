#!/usr/bin/env bash
# Long runs that look for defects. Called by ./millrace campaign; the first argument is the checkout.
set -euo pipefail

root=$1
shift

usage() {
  cat << 'END'
Usage: ./millrace campaign kills [--kills N] [--seed S]
       ./millrace campaign fuzz [--target JmsFrame|RecordBatch|Recovery]
  kills   kills the server at random moments under JMS and Kafka load, N times (100), and checks that nothing was
          lost, repeated, reordered or seen before it was committed. A failure prints the seed.
  fuzz    looks for inputs that a decoder or recovery does not survive, ten minutes for each target. What it finds is
          left among the test's resources in it-tests/fuzz, where every build tries it again.
END
}

what=${1:-}
case $what in
  kills | fuzz) ;;
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
targets=(JmsFrame RecordBatch Recovery)
while (($# > 0)); do
  case $what:$1 in
    kills:--kills) properties+=("-Dmillrace.kills=${2:?--kills needs a number}") ;;
    fuzz:--target)
      targets=("${2:?--target needs a name}")
      if [[ ! -f $root/it-tests/fuzz/src/test/java/io/millrace/fuzz/${2}FuzzTest.java ]]; then
        echo "millrace: there is no target $2; there are JmsFrame, RecordBatch and Recovery" >&2
        exit 2
      fi
      ;;
    kills:--seed) properties+=("-Dmillrace.seed=${2:?--seed needs a number}") ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift 2
done

run() { # the modules, the test, more
  mvn -B -q -f "$root/pom.xml" -pl "$1" -am -Dspotless.check.skip -Dtest="$2" -Dsurefire.failIfNoSpecifiedTests=false \
    "${@:3}" verify
}
code=0
case $what in
  kills)
    run it-tests KillCampaignTest "${properties[@]}" || code=$?
    grep -h '^kill campaign:' "$root"/it-tests/target/surefire-reports/*.KillCampaignTest-output.txt || true
    ;;
  fuzz)
    for target in "${targets[@]}"; do
      echo "fuzzing $target"
      JAZZER_FUZZ=1 run it-tests/fuzz "${target}FuzzTest" || code=$?
    done
    ;;
esac
exit "$code"
