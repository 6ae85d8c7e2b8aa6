#!/usr/bin/env bash
# Long runs that look for defects. Called by ./millrace campaign; the first argument is the checkout.
set -euo pipefail

root=$1
shift

# shellcheck source=scripts/options.sh
source "$root/scripts/options.sh"

usage() {
  cat << 'END'
Usage: ./millrace campaign kills [--kills N] [--seed S]
       ./millrace campaign transactions [--faults N] [--seed S]
       ./millrace campaign fuzz [--minutes M] [--target ClientBatch|JmsFrame|KafkaRequest|RecordBatch|Recovery]
       ./millrace campaign engine|server [--minutes M] [--seed S]
       ./millrace campaign races [--minutes M] [--only TEXT]
  kills   kills the server at random moments under JMS and Kafka load, N times (100), and checks that nothing was
          lost, repeated, reordered or seen before it was committed. A failure prints the seed.
  transactions
          kills or stops the server or breaks its connections, N times (12), under Kafka transactions: writers, copiers with
          exactly-once semantics that come and go, and readers. Checks in the manner of Jepsen's for Kafka: lost, repeated,
          reordered or torn, read before they were committed or after they were aborted.
  fuzz    looks for inputs that a decoder, delivery, the Kafka door or recovery does not survive, M minutes (10) for each
          target. What it finds is left among the test's resources in it-tests/fuzz, where every build tries it again.
  engine  ends a store in every way a process and a disk can fail, in memory, many thousand times, and checks what is
          left against a model. Goes on for M minutes, or until Ctrl-C or a finding, whose seed it prints; --minutes 0
          is one history.
  server  the same for a whole server with clients of queues, transactions, logs and groups, on virtual time: power
          lost, processes killed, full disks, wall clocks that jump, answers that go astray. In five of eight histories
          JMS and Kafka clients come through the doors, over sockets that deliver in pieces and break; one of them has
          share groups, one of which shares a queue with JMS consumers.
  races   tries the hand-made concurrent structures in one order of their threads' steps after another, each round
          twice as many as the one before, and on the memory of this machine. Goes on for M minutes, or until Ctrl-C or
          a finding, of which it prints the steps; --only takes the races whose names contain a text. It says at the end how
          many races that was time for.
Ctrl-C or SIGTERM end all that was started.
END
}

what=${1:-}
case $what in
  kills | transactions | fuzz | engine | server | races) ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    [[ -z $what ]] || echo "millrace: there is no campaign '$what'" >&2
    usage >&2
    exit 2
    ;;
esac
shift

targets=(ClientBatch JmsFrame KafkaRequest RecordBatch Recovery)
properties=() # of a campaign that is a test
arguments=()  # of the program of another one
minutes=10    # for each target of the fuzzer
while (($# > 0)); do
  case $what:$1 in
    *:-h | *:--help)
      usage
      exit 0
      ;;
    kills:--kills)
      whole_number "$1" 1 1000000 "${2:-}"
      properties+=("-Dmillrace.kills=$2")
      ;;
    transactions:--faults)
      whole_number "$1" 1 1000000 "${2:-}"
      properties+=("-Dmillrace.faults=$2")
      ;;
    kills:--seed | transactions:--seed)
      whole_number "$1" 0 999999999999999999 "${2:-}"
      properties+=("-Dmillrace.seed=$2")
      ;;
    fuzz:--minutes)
      whole_number "$1" 1 999999 "${2:-}"
      minutes=$2
      ;;
    fuzz:--target)
      one_of "$1" "${2:-}" "${targets[@]}"
      target=$2
      ;;
    engine:--seed | server:--seed)
      whole_number "$1" 0 999999999999999999 "${2:-}"
      arguments+=("$1" "$2")
      ;;
    engine:--minutes | server:--minutes | races:--minutes)
      whole_number "$1" 0 999999 "${2:-}"
      arguments+=("$1" "$2")
      ;;
    races:--only)
      value "$1" "${2:-}"
      arguments+=("$1" "$2")
      ;;
    *)
      echo "millrace: campaign $what has no option '$1'" >&2
      usage >&2
      exit 2
      ;;
  esac
  shift 2
done
targets=("${target:-${targets[@]}}")

# ---- what is started is a process group of its own, and ends with this script
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
end() { # the number of a signal
  local group i
  trap '' HUP INT TERM
  for group in $(jobs -p); do
    kill -TERM -- "-$group" 2> /dev/null || true
    for ((i = 0; i < 100; i++)); do
      kill -0 -- "-$group" 2> /dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$group" 2> /dev/null || true
  done
  exit $((128 + $1))
}
trap 'end 1' HUP
trap 'end 2' INT
trap 'end 15' TERM

in_group() { # a command
  set -m
  "$@" < /dev/null &
  set +m
  wait $!
}

simulate() { # the module, the class, options of the Java machine
  local module=$root/$1 found
  in_group mvn -B -q -f "$root/pom.xml" -pl "$1" -am test-compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath -DincludeScope=test \
    -Dmdep.outputFile=target/campaign.classpath
  found=$("$root/bin/find-java")
  in_group "${found#* }" -Xmx1g "${@:3}" \
    -cp "$module/target/test-classes:$module/target/classes:$(< "$module/target/campaign.classpath")" "$2" "${arguments[@]}"
}

run() { # the module, the test, more
  in_group mvn -B -q -f "$root/pom.xml" -pl "$1" -am -Dspotless.check.skip -Dtest="$2" -Dsurefire.failIfNoSpecifiedTests=false \
    "-DargLine=-Djava.io.tmpdir=$work" -Dmaven.test.redirectTestOutputToFile=false "${@:3}" verify
}

code=0
case $what in
  kills) run it-tests KillCampaignTest "${properties[@]}" || code=$? ;;
  transactions) run it-tests TransactionCampaignTest "${properties[@]}" || code=$? ;;
  fuzz)
    # Without the second, only the classes of the tests tell the fuzzer where its inputs get to.
    export JAZZER_FUZZ=1 JAZZER_MAX_DURATION=${minutes}m "JAZZER_INSTRUMENTATION_INCLUDES=io.millrace.**"
    for target in "${targets[@]}"; do
      echo "fuzzing $target"
      run it-tests/fuzz "${target}FuzzTest" || code=$?
    done
    ;;
  engine) simulate log-engine/engine io.millrace.log.campaign.EngineCampaign || code=$? ;;
  server) simulate server io.millrace.server.campaign.ServerCampaign || code=$? ;;
  races) # Lincheck instruments the classes under test while they run.
    simulate it-tests/races io.millrace.races.RaceCampaign -XX:+EnableDynamicAgentLoading -Xshare:off || code=$?
    ;;
esac
exit "$code"
