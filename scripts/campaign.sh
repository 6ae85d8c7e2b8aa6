#!/usr/bin/env bash
# Long runs that look for defects. Called by ./millrace campaign; the first argument is the checkout.
set -euo pipefail

root=$1
shift

usage() {
  cat << 'END'
Usage: ./millrace campaign kills [--kills N] [--seed S]
       ./millrace campaign fuzz [--target ClientBatch|JmsFrame|KafkaRequest|RecordBatch|Recovery]
       ./millrace campaign engine|server [--minutes M] [--seed S]
       ./millrace campaign races [--minutes M] [--only TEXT]
  kills   kills the server at random moments under JMS and Kafka load, N times (100), and checks that nothing was
          lost, repeated, reordered or seen before it was committed. A failure prints the seed.
  fuzz    looks for inputs that a decoder, delivery, the Kafka door or recovery does not survive, ten minutes for each target.
          What it finds is left among the test's resources in it-tests/fuzz, where every build tries it again.
  engine  ends a store in every way a process and a disk can fail, in memory, many thousand times, and checks what is
          left against a model. Goes on for M minutes, or until Ctrl-C or a finding, whose seed it prints; --minutes 0
          is one history.
  server  the same for a whole server with clients of queues, transactions, logs and groups, on virtual time: power
          lost, processes killed, full disks, wall clocks that jump, answers that go astray. In every other history JMS
          and Kafka clients come through the doors, over sockets that deliver in pieces and break.
  races   tries the hand-made concurrent structures in one order of their threads' steps after another, each round
          twice as many as the one before, and on the memory of this machine. Goes on for M minutes, or until Ctrl-C or
          a finding, of which it prints the steps; --only takes the races whose names contain a text.
END
}

what=${1:-}
case $what in
  kills | fuzz | engine | server | races) ;;
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

options=()
simulate() { # the module, the class, its arguments
  local module=$root/$1 class=$2 found
  mvn -B -q -f "$root/pom.xml" -pl "$1" -am test-compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath -DincludeScope=test \
    -Dmdep.outputFile=target/campaign.classpath
  found=$("$root/bin/find-java")
  exec "${found#* }" -Xmx1g "${options[@]}" \
    -cp "$module/target/test-classes:$module/target/classes:$(< "$module/target/campaign.classpath")" "$class" "${@:3}"
}

case $what in
  engine) simulate log-engine/engine io.millrace.log.campaign.EngineCampaign "$@" ;;
  server) simulate server io.millrace.server.campaign.ServerCampaign "$@" ;;
  races)
    # Lincheck instruments the classes under test while they run.
    options=(-XX:+EnableDynamicAgentLoading -Xshare:off)
    simulate it-tests/races io.millrace.races.RaceCampaign "$@"
    ;;
esac

properties=()
targets=(ClientBatch JmsFrame KafkaRequest RecordBatch Recovery)
while (($# > 0)); do
  case $what:$1 in
    kills:--kills) properties+=("-Dmillrace.kills=${2:?--kills needs a number}") ;;
    fuzz:--target)
      targets=("${2:?--target needs a name}")
      if [[ -z $(find "$root/it-tests/fuzz/src/test/java" -name "${2}FuzzTest.java") ]]; then
        echo "millrace: there is no target $2; there are ClientBatch, JmsFrame, KafkaRequest, RecordBatch and Recovery" >&2
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
