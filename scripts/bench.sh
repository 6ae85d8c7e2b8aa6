#!/usr/bin/env bash
# Measures a server in its own process, alone or beside a peer. Called by ./millrace bench; the first argument is the checkout.
set -euo pipefail

root=$1
shift
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"

if [[ ${1:-} == jmh ]]; then
  shift
  exec "$root/scripts/bench-jmh.sh" "$root" "$@"
fi

usage() {
  cat << 'END'
Usage: ./millrace bench jms|kafka|backlog|partitions [--beside artemis|kafka] [--messages N]
       ./millrace bench jmh [PATTERN] [JMH options]
Runs a server in its own process and load in another, and prints a table. Millrace acknowledges when the disk has it (fsync).
  jms                 sends, synchronous and asynchronous, consuming, ping-pong and 5,000 queues through JMS
  kafka               produce with acks=all and consume, with Kafka's own performance tools; send to consumed, one at a time
  backlog             a million messages that nobody has consumed yet: memory, start after kill -9, draining (JMS)
  partitions          2,000 partitions of one topic: created and one record in each; start after kill -9 (Kafka)
  jmh                 single hot paths within one process; ./millrace bench jmh --help
  --beside artemis    (jms, backlog) the same on Apache Artemis 2.56.0, which syncs to disk too, and the ratios
  --beside kafka      (kafka, partitions) the same on Apache Kafka 4.3.1, which acknowledges from the page cache unless
                      the row says otherwise, and the ratios
  --messages N        messages of the largest run (1000000); the others are scaled
Peers are fetched from Maven Central into bench/target/peers. Only ratios of one run on an idle machine mean something.
END
}

what=${1:-}
case $what in
  jms | kafka | backlog | partitions) messages=1000000 ;;
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
peer=
while (($# > 0)); do
  case $1 in
    --beside)
      shift
      peer=${1:-}
      ;;
    --messages)
      shift
      messages=${1:?--messages needs a number}
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done
case $what:$peer in
  jms: | jms:artemis | backlog: | backlog:artemis | kafka: | kafka:kafka | partitions: | partitions:kafka) ;;
  *)
    usage >&2
    exit 2
    ;;
esac

dist=$(distribution "$root")
found=$("$dist/bin/find-java")
java=${found#* }
peers=$root/bench/target/peers
work=$(mktemp -d)
server_pid=
server_uri=
log=$work/server.log

if [[ $peer == artemis ]]; then
  used=$(df -P "$work" | awk 'END { print $5 + 0 }')
  if ((used >= 85)); then
    rmdir "$work"
    echo "millrace: the disk of $work is $used % full, and Artemis stops senders at 90 %: free some space first" >&2
    exit 1
  fi
fi

stop_server() {
  [[ -n $server_pid ]] || return 0
  kill "$server_pid" 2> /dev/null || true
  wait "$server_pid" 2> /dev/null || true
  server_pid=
}
kill_server() { # as a power switch would
  kill -KILL "$server_pid"
  wait "$server_pid" 2> /dev/null || true
}
cleanup() {
  stop_server
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

await() { # runs a command until it succeeds
  local i
  for ((i = 0; i < 600; i++)); do
    if "$@"; then return 0; fi
    if ! kill -0 "$server_pid" 2> /dev/null; then break; fi
    sleep 0.1
  done
  tail -n 20 "$log" >&2
  echo "millrace: a server of the comparison did not start" >&2
  exit 1
}
port_open() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
is_ready() { grep -q '^ready ' "$work/ready"; }

# ---- the servers, each on an empty directory
heap=${MILLRACE_HEAP:-2g}
[[ $what != backlog ]] || heap=${MILLRACE_HEAP:-192m} # a fraction of the backlog, which need not fit
start_millrace() {
  : > "$work/ready"
  MILLRACE_HEAP=$heap "$dist/bin/millrace" start --data "$work/millrace" --port 0 --http-port 0 \
    > "$work/ready" 2> "$log" &
  server_pid=$!
  await is_ready
  read -r _ server_uri _ < "$work/ready"
}

fetch() { # an artifact with everything that it needs, into a directory
  local artifact=$1 directory=$2
  [[ ! -d $directory ]] || return 0
  echo "fetching $artifact" >&2
  mkdir -p "$work/fetch"
  cat > "$work/fetch/pom.xml" << END
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>io.millrace</groupId><artifactId>peer</artifactId><version>1</version>
<dependencies><dependency><groupId>${artifact%%:*}</groupId><artifactId>$(cut -d: -f2 <<< "$artifact")</artifactId>
<version>$(cut -d: -f3 <<< "$artifact")</version></dependency></dependencies></project>
END
  mvn -q -f "$work/fetch/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DincludeScope=runtime "-DoutputDirectory=$directory"
}

start_artemis() {
  if [[ ! -d $peers/apache-artemis-2.56.0 ]]; then
    echo "fetching Apache Artemis 2.56.0" >&2
    mkdir -p "$peers"
    mvn -q org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
      -Dartifact=org.apache.artemis:apache-artemis:2.56.0:tar.gz:bin "-DoutputDirectory=$peers"
    tar -C "$peers" -xzf "$peers/apache-artemis-2.56.0-bin.tar.gz"
  fi
  JAVA_HOME=$(dirname "$(dirname "$java")")
  export JAVA_HOME
  "$peers/apache-artemis-2.56.0/bin/artemis" create --silent --user admin --password admin --allow-anonymous \
    --no-web --no-amqp-acceptor --no-mqtt-acceptor --no-stomp-acceptor --no-hornetq-acceptor \
    --java-options "-Xmx2g" "$work/artemis" > "$work/create.log" 2>&1 || {
    tail -n 20 "$work/create.log" >&2
    exit 1
  }
  run_artemis
}
run_artemis() {
  "$work/artemis/bin/artemis" run > "$log" 2>&1 &
  server_pid=$!
  await port_open 61616
  server_pid=$(pgrep -P "$server_pid" java || echo "$server_pid")
  server_uri='tcp://127.0.0.1:61616?confirmationWindowSize=1048576'
}

start_kafka() {
  fetch org.apache.kafka:kafka_2.13:4.3.1 "$peers/kafka-4.3.1"
  cat > "$work/kafka.properties" << END
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:29092,CONTROLLER://127.0.0.1:29093
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:29093
log.dirs=$work/kafka
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
END
  "$java" -cp "$peers/kafka-4.3.1/*" kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAQ -c "$work/kafka.properties" \
    > "$log" 2>&1
  run_kafka
}
run_kafka() {
  "$java" -Xmx2g -cp "$peers/kafka-4.3.1/*" kafka.Kafka "$work/kafka.properties" >> "$log" 2>&1 &
  server_pid=$!
  await port_open 29092
  server_uri=millrace://127.0.0.1:29092
}

# ---- the loads; each prints rate=… p50_us=… p99_us=…
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$server_pid/stat"; }

facts=$work/facts # server, what, figure, unit
: > "$facts"
results=$work/results # server, work, count, rate, p50, p99, CPU seconds per million
measure() { # name of the server, of the work, how many messages, and the load
  local server=$1 work_name=$2 count=$3 before after line
  shift 3
  echo "  $server: $work_name" >&2
  before=$(cpu_ticks)
  line=$("$@" 2> "$work/load.log") || {
    tail -n 20 "$work/load.log" >&2
    echo "millrace: the load '$work_name' failed on $server" >&2
    exit 1
  }
  after=$(cpu_ticks)
  awk -v server="$server" -v name="$work_name" -v count="$count" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" -v line="$line" '
    BEGIN {
      n = split(line, parts, /[ =]/)
      for (i = 1; i < n; i += 2) value[parts[i]] = parts[i + 1]
      for (i in value) if (value[i] == "0") value[i] = "-"
      printf "%s\t%s\t%d\t%s\t%s\t%s\t%.2f\n", server, name, count, value["rate"], value["p50_us"], value["p99_us"], ticks / hz / count * 1e6
    }' >> "$results"
}

jms_load() { # queue, mode, producers, messages
  "$java" -Xmx1g -cp "$root/bench/target/classes:$client" io.millrace.bench.JmsLoad "$factory" "$server_uri" "$1" "$2" "$3" "$4" 1024
}
jms_work() {
  local server=$1
  jms_load warm async 1 $((messages / 10)) > /dev/null 2>&1 || true
  measure "$server" "send, 1 producer" $((messages / 10)) jms_load one send 1 $((messages / 10))
  measure "$server" "send, 32 producers" $((messages / 2)) jms_load many send 32 $((messages / 2))
  measure "$server" "send asynchronously" "$messages" jms_load async async 1 "$messages"
  measure "$server" "consume, AUTO" "$messages" jms_load async consume 1 "$messages"
  measure "$server" "ping-pong, persistent" $((messages / 20)) jms_load ping pingpong 1 $((messages / 20))
  measure "$server" "queues, one message each" $((messages / 200)) jms_load many-queues queues 1 $((messages / 200))
}

note() { # name of the server, what, a figure and its unit
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >> "$facts"
}
resident_mb() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server_pid/status"; }
seconds_since() { awk -v from="$1" -v to="$(date +%s.%N)" 'BEGIN { printf "%.2f", to - from }'; }

# Starts the server again after kill -9 and takes the time until a first message was acknowledged.
backlog_work() { # name of the server, how it is started again
  local server=$1 again=$2 since
  measure "$server" "fill, asynchronously" "$messages" jms_load backlog async 1 "$messages"
  note "$server" "resident with the backlog" "$(resident_mb)" MB
  kill_server
  since=$(date +%s.%N)
  $again
  note "$server" "kill -9 to listening" "$(seconds_since "$since")" s
  jms_load first send 1 1 > /dev/null 2> "$work/load.log"
  note "$server" "kill -9 to first send" "$(seconds_since "$since")" s
  note "$server" "resident after that" "$(resident_mb)" MB
  measure "$server" "drain, 1 consumer" "$messages" jms_load backlog consume 1 "$messages"
}

tools=$root/it-tests/kafka-tools/target/lib
kafka_tool() { "$java" -Xmx1g -cp "$tools/*" "$@"; }
produce() { # topic, partitions
  local bootstrap=${server_uri#*://}
  kafka_tool org.apache.kafka.tools.TopicCommand --bootstrap-server "$bootstrap" --create --topic "$1" --partitions "$2" > /dev/null
  kafka_tool org.apache.kafka.tools.ProducerPerformance --topic "$1" --num-records "$messages" --record-size 1024 --throughput -1 \
    --producer-props "bootstrap.servers=$bootstrap" acks=all batch.size=65536 linger.ms=5 \
    | sed -n 's/.*sent, \([0-9.]*\) records\/sec.* \([0-9]*\) ms 50th, .* \([0-9]*\) ms 99th,.*/rate=\1 p50_us=\2000 p99_us=\3000/p' | tail -n 1
}
consume() { # topic
  kafka_tool org.apache.kafka.tools.ConsumerPerformance --bootstrap-server "${server_uri#*://}" --topic "$1" --num-records "$messages" \
    --hide-header | awk -F', *' 'END { printf "rate=%.0f p50_us=- p99_us=-\n", ($10 > 0 ? $10 : $6) }'
}
kafka_load() {
  "$java" -Xmx1g -cp "$root/bench/target/classes:$tools/*" io.millrace.bench.KafkaLoad "${server_uri#*://}" "$@"
}
one_at_a_time() { # how many; Kafka syncs each record here, as Millrace always does
  local settings=()
  [[ ${server_uri#*://} != *:29092 ]] || settings=(--config flush.messages=1)
  kafka_tool org.apache.kafka.tools.TopicCommand --bootstrap-server "${server_uri#*://}" --create --topic single --partitions 1 \
    "${settings[@]}" > /dev/null
  kafka_load latency single "$1" 1024
}
partitions_work() { # name of the server, how it is started again
  local server=$1 again=$2 since
  measure "$server" "2,000 partitions, one record each" 2000 kafka_load partitions many 2000 1024
  note "$server" "resident with 2,000 partitions" "$(resident_mb)" MB
  kill_server
  since=$(date +%s.%N)
  $again
  note "$server" "kill -9 to listening" "$(seconds_since "$since")" s
  kafka_load first many > /dev/null 2> "$work/load.log"
  note "$server" "kill -9 to first record" "$(seconds_since "$since")" s
}
kafka_work() {
  local server=$1
  measure "$server" "produce acks=all, 1 partition" "$messages" produce one 1
  measure "$server" "produce acks=all, 8 partitions" "$messages" produce eight 8
  measure "$server" "consume, 1 partition" "$messages" consume one
  measure "$server" "consume, 8 partitions" "$messages" consume eight
  measure "$server" "send to consumed, both fsync" $((messages / 50)) one_at_a_time $((messages / 50))
}

# ---- the runs
mvn -q --file "$root/pom.xml" --projects bench -DskipTests compile
factory=io.millrace.jms.MillraceConnectionFactory
client=$dist/client/*
if [[ $what == kafka || $what == partitions ]]; then
  mvn -q --file "$root/pom.xml" --projects it-tests/kafka-tools generate-resources
fi
start_millrace
"${what}_work" "Millrace, fsync" start_millrace
stop_server
case $peer in
  artemis)
    start_artemis
    factory=org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory
    fetch org.apache.artemis:artemis-jakarta-client:2.56.0 "$peers/artemis-client"
    client=$peers/artemis-client/*
    "${what}_work" "Artemis, synced" run_artemis
    ;;
  kafka)
    start_kafka
    "${what}_work" "Kafka, page cache" run_kafka
    ;;
esac
stop_server

echo
echo "1 KB messages; load and servers share $(nproc) processors; CPU is the server's, in seconds per million messages"
echo "heap at most: Millrace $heap, a peer 2g; a ratio is Millrace's figure divided by the peer's"
awk -F'\t' '
  BEGIN { printf "%-34s %-18s %9s %10s %9s %9s %8s  %-12s %s\n", "work", "server", "messages", "per s", "p50 us", "p99 us", "CPU s", "ratio: rate", "p50   p99   CPU" }
  function ratio(a, b) { return a > 0 && b > 0 ? sprintf("%-5.2f", a / b) : "-    " }
  {
    ratios = ""
    if (!($2 in rate)) { rate[$2] = $4; p50[$2] = $5; p99[$2] = $6; cpu[$2] = $7 }
    else ratios = sprintf("%-12s %s %s %s", ratio(rate[$2], $4), ratio(p50[$2], $5), ratio(p99[$2], $6), ratio(cpu[$2], $7))
    printf "%-34s %-18s %9d %10.0f %9s %9s %8.2f  %s\n", $2, $1, $3, $4, $5, $6, $7, ratios
  }' "$results"
if [[ -s $facts ]]; then
  echo
  awk -F'\t' '
    {
      ratio = ""
      if (!($2 in first)) first[$2] = $3
      else if ($3 > 0) ratio = sprintf("ratio %.2f", first[$2] / $3)
      printf "%-34s %-18s %10s %-3s %s\n", $2, $1, $3, $4, ratio
    }' "$facts"
fi
