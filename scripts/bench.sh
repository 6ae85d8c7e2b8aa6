#!/usr/bin/env bash
# Measures a server in its own process, alone or beside a peer. Called by ./millrace bench; the first argument is the checkout.
set -euo pipefail

root=$1
shift
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"
# shellcheck source=scripts/options.sh
source "$root/scripts/options.sh"

if [[ ${1:-} == jmh ]]; then
  shift
  exec "$root/scripts/bench-jmh.sh" "$root" "$@"
fi

usage() {
  cat << 'END'
Usage: ./millrace bench jms|kafka|backlog|partitions|idle [--beside artemis|kafka] [--messages N] [--only PATTERN]
       ./millrace bench jmh [PATTERN] [JMH options]
Runs a server in its own process and load in another, and prints a table. Millrace acknowledges when the disk has it (fsync).
  jms                 sends, synchronous and asynchronous, consuming, ping-pong and 5,000 queues through JMS
  kafka               produce with acks=all and consume, with Kafka's own performance tools, also from a cold disk and with TLS;
                      sends that wait, transactions, an exactly-once copy, a share group; send to consumed, one at a time
  backlog             a million messages that nobody has consumed yet: memory, start after kill -9, draining (JMS)
  partitions          2,000 partitions of one topic, or N: created and one record in each; start after kill -9 (Kafka)
  idle                10,000 connections that do nothing, or N: memory without and with them; start to first record (Kafka)
  jmh                 single hot paths within one process; ./millrace bench jmh --help
  --beside artemis    (jms, backlog) the same on Apache Artemis 2.56.0, which syncs to disk too, and the ratios
  --beside kafka      (kafka, partitions, idle) the same on Apache Kafka 4.3.1, which acknowledges from the page cache unless
                      the row says otherwise, and the ratios
  --messages N        messages of the largest run (1000000), the others are scaled; with partitions and idle, how many of them
  --only PATTERN      (jms, kafka) only the rows whose name contains this (extended regular expression)
Peers are fetched from Maven Central into bench/target/peers. Only ratios of one run on an idle machine mean something.
END
}

what=${1:-}
# How many by default, the fewest, of which every part of a run gets some, and the most.
case $what in
  jms | backlog) messages=1000000 fewest=1000 most=1000000000 beside=artemis ;;
  kafka) messages=1000000 fewest=1000 most=1000000000 beside=kafka ;;
  partitions) messages=2000 fewest=1 most=90000 beside=kafka ;;
  idle) messages=10000 fewest=1 most=15000 beside=kafka ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    [[ -z $what ]] || echo "millrace: there is no bench '$what'" >&2
    usage >&2
    exit 2
    ;;
esac
shift
peer=
only=
while (($# > 0)); do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --beside)
      one_of "bench $what --beside" "${2:-}" "$beside"
      peer=$2
      ;;
    --messages)
      whole_number "bench $what --messages" "$fewest" "$most" "${2:-}"
      messages=$2
      ;;
    --only)
      if [[ $what != jms && $what != kafka ]]; then
        echo "millrace: bench $what has no rows to choose from" >&2
        exit 2
      fi
      value "bench $what --only" "${2:-}"
      only=$2
      ;;
    *)
      echo "millrace: bench $what has no option '$1'" >&2
      usage >&2
      exit 2
      ;;
  esac
  shift 2
done

build_if_needed "$root"
dist=$(distribution "$root")
found=$("$dist/bin/find-java")
java=${found#* }
peers=$root/bench/target/peers
work=$(mktemp -d)
servers=(millrace ${peer:+"$peer"})
declare -A titles=([millrace]="Millrace, fsync" [artemis]="Artemis, synced" [kafka]="Kafka, page cache")
declare -A pids=() uris=()
server= # what is measured now, and what belongs to it
server_pid=
server_uri=
log=

if [[ $peer == artemis ]]; then
  used=$(df -P "$work" | awk 'END { print $5 + 0 }')
  if ((used >= 85)); then
    rmdir "$work"
    echo "millrace: the disk of $work is $used % full, and Artemis stops senders at 90 %: free some space first" >&2
    exit 1
  fi
fi

turn_to() {
  server=$1
  server_pid=${pids[$server]:-}
  server_uri=${uris[$server]:-}
  log=$work/$server.log
}
kill_server() { # as a power switch would
  kill -KILL "$server_pid"
  wait "$server_pid" 2> /dev/null || true
}
stop_servers() { # one that does not end when asked, or not soon, is killed
  local pid i
  for pid in "${pids[@]}"; do
    kill "$pid" 2> /dev/null || true
    for ((i = 0; i < 300; i++)); do
      kill -0 "$pid" 2> /dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2> /dev/null || true
    wait "$pid" 2> /dev/null || true
  done
  pids=()
}
cleanup() {
  stop_servers
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
[[ $what != idle ]] || heap=${MILLRACE_HEAP:-512m} # its default
prepare_millrace() { :; }
run_millrace() {
  local settings=()
  # The first bytes of a connection say whether it speaks TLS.
  [[ ! -f $work/keys.p12 ]] || settings=(--set tls.mode=optional --set "tls.keystore-file=$work/keys.p12" --set "tls.password-file=$work/password")
  [[ $what != idle ]] || settings+=(--set "network.max-connections=$((messages + 100))")
  : > "$work/ready"
  MILLRACE_HEAP=$heap "$dist/bin/millrace" start --data "$work/millrace" --port 0 --http-port 0 "${settings[@]}" \
    > "$work/ready" 2> "$log" &
  pids[millrace]=$!
  turn_to millrace
  await is_ready
  read -r _ uris[millrace] _ < "$work/ready"
  turn_to millrace
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

prepare_artemis() {
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
  fetch org.apache.artemis:artemis-jakarta-client:2.56.0 "$peers/artemis-client"
}
run_artemis() {
  "$work/artemis/bin/artemis" run > "$log" 2>&1 &
  pids[artemis]=$!
  uris[artemis]='tcp://127.0.0.1:61616?confirmationWindowSize=1048576'
  turn_to artemis
  await port_open 61616
  pids[artemis]=$(pgrep -P "$server_pid" java || echo "$server_pid")
  turn_to artemis
}

prepare_kafka() {
  local tls_listener=
  [[ ! -f $work/keys.p12 ]] || tls_listener=,SSL://127.0.0.1:29094
  fetch org.apache.kafka:kafka_2.13:4.3.1 "$peers/kafka-4.3.1"
  cat > "$work/kafka.properties" << END
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:29092,CONTROLLER://127.0.0.1:29093${tls_listener:-}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL
controller.quorum.voters=1@127.0.0.1:29093
log.dirs=$work/kafka
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
END
  [[ ! -f $work/keys.p12 ]] || cat >> "$work/kafka.properties" << END
ssl.keystore.type=PKCS12
ssl.keystore.location=$work/keys.p12
ssl.keystore.password=$(cat "$work/password")
END
  "$java" -cp "$peers/kafka-4.3.1/*" kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAQ -c "$work/kafka.properties" \
    > "$work/format.log" 2>&1 || {
    tail -n 20 "$work/format.log" >&2
    exit 1
  }
}
run_kafka() {
  "$java" -Xmx2g -cp "$peers/kafka-4.3.1/*" kafka.Kafka "$work/kafka.properties" >> "$log" 2>&1 &
  pids[kafka]=$!
  uris[kafka]=kafka://127.0.0.1:29092
  turn_to kafka
  await port_open 29092
}

# ---- the loads; each prints rate=… p50_us=… p99_us=…
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$server_pid/stat"; }

facts=$work/facts # server, what, figure, unit
: > "$facts"
results=$work/results # server, work, count, rate, p50, p99, CPU seconds per million
: > "$results"
measure() { # name of the work, how many messages, and the load
  local work_name=$1 count=$2 before after line
  shift 2
  echo "  ${titles[$server]}: $work_name" >&2
  sync # what another server has left to the page cache is not this one's to wait for
  before=$(cpu_ticks)
  line=$("$@" 2> "$work/load.log") || {
    tail -n 20 "$work/load.log" >&2
    echo "millrace: the load '$work_name' failed on ${titles[$server]}; what was measured before:" >&2
    stop_servers
    table
    exit 1
  }
  after=$(cpu_ticks)
  awk -v server="${titles[$server]}" -v name="$work_name" -v count="$count" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" -v line="$line" '
    BEGIN {
      n = split(line, parts, /[ =]/)
      for (i = 1; i < n; i += 2) value[parts[i]] = parts[i + 1]
      for (i in value) if (value[i] == "0") value[i] = "-"
      printf "%s\t%s\t%d\t%s\t%s\t%s\t%.2f\n", server, name, count, value["rate"], value["p50_us"], value["p99_us"], ticks / hz / count * 1e6
    }' >> "$results"
}

is_wanted() { [[ -z $only || $1 =~ $only ]]; }
in_turn() { # the same work on each server, one right after the other: these machines are not always as quick
  local name
  is_wanted "$1" || return 0
  for name in "${servers[@]}"; do
    turn_to "$name"
    measure "$@"
  done
}

jms_load() { # queue, mode, producers, messages
  local factory=io.millrace.jms.MillraceConnectionFactory client=$dist/client/*
  if [[ $server == artemis ]]; then
    factory=org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory
    client=$peers/artemis-client/*
  fi
  "$java" -Xmx1g -cp "$root/bench/target/classes:$client" io.millrace.bench.JmsLoad "$factory" "$server_uri" "$1" "$2" "$3" "$4" 1024
}
jms_work() {
  local name
  for name in "${servers[@]}"; do
    turn_to "$name"
    jms_load warm async 1 $((messages / 10)) > /dev/null 2>&1 || true
  done
  in_turn "send, 1 producer" $((messages / 10)) jms_load one send 1 $((messages / 10))
  in_turn "send, 32 producers" $((messages / 2)) jms_load many send 32 $((messages / 2))
  in_turn "send asynchronously" "$messages" jms_load async async 1 "$messages"
  in_turn "consume, AUTO" "$messages" jms_load async consume 1 "$messages"
  in_turn "ping-pong, persistent" $((messages / 20)) jms_load ping pingpong 1 $((messages / 20))
  in_turn "queues, one message each" $((messages / 200)) jms_load many-queues queues 1 $((messages / 200))
}

note() { # what, a figure and its unit
  printf '%s\t%s\t%s\t%s\n' "${titles[$server]}" "$1" "$2" "$3" >> "$facts"
}
resident_mb() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server_pid/status"; }
seconds_since() { awk -v from="$1" -v to="$(date +%s.%N)" 'BEGIN { printf "%.2f", to - from }'; }

# Starts the server again after kill -9 and takes the time until a first message was acknowledged.
backlog_work() {
  local since
  measure "fill, asynchronously" "$messages" jms_load backlog async 1 "$messages"
  note "resident with the backlog" "$(resident_mb)" MB
  kill_server
  since=$(date +%s.%N)
  "run_$server"
  note "kill -9 to listening" "$(seconds_since "$since")" s
  jms_load first send 1 1 > /dev/null 2> "$work/load.log"
  note "kill -9 to first send" "$(seconds_since "$since")" s
  note "resident after that" "$(resident_mb)" MB
  measure "drain, 1 consumer" "$messages" jms_load backlog consume 1 "$messages"
}

tools=$root/it-tests/kafka-tools/target/lib
kafka_tool() { "$java" -Xmx1g -cp "$tools/*" "$@"; }
bootstrap() { echo "${server_uri#*://}"; }
topic() { # name, partitions, and settings that only Kafka needs
  local settings=()
  [[ $server != kafka ]] || settings=("${@:3}")
  kafka_tool org.apache.kafka.tools.TopicCommand --bootstrap-server "$(bootstrap)" --create --topic "$1" --partitions "$2" \
    "${settings[@]}" > /dev/null
}
each_synced=(--config flush.messages=1) # what Millrace does in any case
perform() { # topic, bytes of a record, how many, bootstrap, and further options
  kafka_tool org.apache.kafka.tools.ProducerPerformance --topic "$1" --num-records "$3" --record-size "$2" --throughput -1 \
    --producer-props "bootstrap.servers=$4" acks=all batch.size=65536 linger.ms=5 "${@:5}" \
    | sed -n 's/.*sent, \([0-9.]*\) records\/sec.* \([0-9]*\) ms 50th, .* \([0-9]*\) ms 99th,.*/rate=\1 p50_us=\2000 p99_us=\3000/p' | tail -n 1
}
produce() { # topic, partitions, bytes of a record, how many, and settings that only Kafka needs
  topic "$1" "$2" "${@:5}"
  perform "$1" "$3" "$4" "$(bootstrap)"
  touch "$work/$server-$1.filled"
}
produce_tls() {
  topic "$1" 1
  perform "$1" 1024 "$messages" "$(tls_bootstrap)" --command-config "$work/tls.properties"
  touch "$work/$server-$1.filled"
}
tls_bootstrap() { if [[ $server == kafka ]]; then echo 127.0.0.1:29094; else bootstrap; fi; }
filled() { # topic, partitions: what a row before has done, unless it was left out
  local name
  for name in "${servers[@]}"; do
    turn_to "$name"
    [[ -f $work/$name-$1.filled ]] || produce "$1" "$2" 1024 "$messages" > /dev/null 2> "$work/load.log"
  done
}
consume() { # topic, bootstrap, and further options
  kafka_tool org.apache.kafka.tools.ConsumerPerformance --bootstrap-server "$2" --topic "$1" --num-records "$messages" \
    --hide-header "${@:3}" | awk -F', *' 'END { printf "rate=%.0f p50_us=- p99_us=-\n", ($10 > 0 ? $10 : $6) }'
}
consume_plain() { consume "$1" "$(bootstrap)"; }
consume_tls() { consume "$1" "$(tls_bootstrap)" --command-config "$work/tls.properties"; }
from_disk() { # nothing of the server's files is in the page cache
  local file
  sync
  while IFS= read -r -d '' file; do
    dd "of=$file" oflag=nocache conv=notrunc,fdatasync count=0 status=none
  done < <(find "$work/$server" -type f -size +64k -print0)
  consume_plain "$1"
}
kafka_load() {
  "$java" -Xmx1g -cp "$root/bench/target/classes:$tools/*" io.millrace.bench.KafkaLoad "$(bootstrap)" "$@"
}
one_at_a_time() { # how many
  topic single 1 "${each_synced[@]}"
  kafka_load latency single "$1" 1024
}
waiting_sends() { # threads, how many
  topic "waiting-$1" 1 "${each_synced[@]}"
  kafka_load send "waiting-$1" "$2" 1024 "$1"
}
transactions() {
  topic transactions 1
  kafka_load transactions transactions "$1" 1024
}
exactly_once_copy() {
  topic one-copy 1
  kafka_load copy one "$1"
}
share_group() { kafka_load share one "$messages"; }
partitions_work() {
  local since
  measure "$messages partitions, one record each" "$messages" kafka_load partitions many "$messages" 1024
  note "resident with $messages partitions" "$(resident_mb)" MB
  kill_server
  since=$(date +%s.%N)
  "run_$server"
  note "kill -9 to listening" "$(seconds_since "$since")" s
  kafka_load first many > /dev/null 2> "$work/load.log"
  note "kill -9 to first record" "$(seconds_since "$since")" s
}
kafka_work() {
  local fifth=$((messages / 5)) fiftieth=$((messages / 50)) threads
  in_turn "produce acks=all, 1 partition" "$messages" produce one 1 1024 "$messages"
  in_turn "produce acks=all, 8 partitions" "$messages" produce eight 8 1024 "$messages"
  in_turn "produce 100 B, 1 partition" $((messages * 2)) produce one-small 1 100 $((messages * 2))
  in_turn "produce 100 B, 8 partitions" $((messages * 2)) produce eight-small 8 100 $((messages * 2))
  in_turn "produce, both fsync" "$fifth" produce synced 1 1024 "$fifth" "${each_synced[@]}"
  if is_wanted "consume, 1 partition" || is_wanted "consume from disk, 1 partition" || is_wanted "share group" || is_wanted "exactly-once copy"; then
    filled one 1
  fi
  if is_wanted "consume, 8 partitions" || is_wanted "consume from disk, 8 partitions"; then
    filled eight 8
  fi
  in_turn "consume, 1 partition" "$messages" consume_plain one
  in_turn "consume, 8 partitions" "$messages" consume_plain eight
  in_turn "consume from disk, 1 partition" "$messages" from_disk one
  in_turn "consume from disk, 8 partitions" "$messages" from_disk eight
  in_turn "share group" "$messages" share_group
  in_turn "transactions of 100" "$fifth" transactions "$fifth"
  in_turn "exactly-once copy of 100" "$fifth" exactly_once_copy "$fifth"
  in_turn "produce, TLS" "$messages" produce_tls tls
  if is_wanted "consume, TLS"; then
    filled tls 1
  fi
  in_turn "consume, TLS" "$messages" consume_tls tls
  for threads in 1 8 32; do
    in_turn "send().get(), $threads threads, fsync" $((fiftieth * (threads > 1 ? 4 : 1))) waiting_sends "$threads" $((fiftieth * (threads > 1 ? 4 : 1)))
  done
  in_turn "send to consumed, both fsync" "$fiftieth" one_at_a_time "$fiftieth"
}

keys() { # a certificate for both servers, and what clients trust
  local keytool
  keytool=$(dirname "$java")/keytool
  echo secret-of-a-benchmark > "$work/password"
  "$keytool" -genkeypair -alias server -keyalg EC -groupname secp256r1 -dname CN=localhost -ext san=dns:localhost,ip:127.0.0.1 \
    -validity 2 -storetype PKCS12 -keystore "$work/keys.p12" -storepass "$(cat "$work/password")" 2> /dev/null
  "$keytool" -exportcert -rfc -alias server -keystore "$work/keys.p12" -storepass "$(cat "$work/password")" \
    > "$work/server.pem" 2> /dev/null
  cat > "$work/tls.properties" << END
security.protocol=SSL
ssl.truststore.type=PEM
ssl.truststore.location=$work/server.pem
END
}

idle_work() {
  local since opened before load load_in
  kafka_load first warm > /dev/null 2> "$work/load.log"
  kill "$server_pid"
  wait "$server_pid" 2> /dev/null || true
  since=$(date +%s.%N)
  "run_$server"
  kafka_load first warm > /dev/null 2> "$work/load.log"
  note "start to first record" "$(seconds_since "$since")" s
  sleep 5
  before=$(awk '/^VmRSS/ { print $2 }' "/proc/$server_pid/status")
  note "resident, idle" $((before / 1024)) MB
  mkfifo "$work/end"
  "$java" -Xmx512m -cp "$root/bench/target/classes" io.millrace.bench.IdleConnections "$(bootstrap)" "$messages" \
    < "$work/end" > "$work/open" 2> "$work/load.log" &
  load=$!
  exec {load_in}> "$work/end"
  await grep -q . "$work/open" # or the load has failed, which the next line says
  opened=$(sed -n 's/^open=//p' "$work/open")
  sleep 5
  note "resident with ${opened:-no} connections" "$(resident_mb)" MB
  note "a connection's share" "$(awk -v a="$before" -v b="$(awk '/^VmRSS/ { print $2 }' "/proc/$server_pid/status")" -v n="${opened:-0}" \
    'BEGIN { printf "%.1f", (n > 0 ? (b - a) / n : 0) }')" KB
  exec {load_in}>&-
  wait "$load"
  rm "$work/end"
}

# ---- the result
table() {
  echo
  echo "1 KB messages unless said; load and servers share $(nproc) processors; CPU is the server's, in seconds per million messages"
  echo "heap at most: Millrace $heap, a peer 2g; a ratio is Millrace's figure divided by the peer's"
  [[ $what != kafka ]] || echo "p50 and p99 of produce: whole milliseconds of Kafka's own tool, times 1000"
  awk -F'\t' '
    NR == 1 { printf "%-34s %-18s %9s %10s %9s %9s %8s  %-12s %s\n", "work", "server", "messages", "per s", "p50 us", "p99 us", "CPU s", "ratio: rate", "p50   p99   CPU" }
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
}

# ---- the runs
mvn -q --file "$root/pom.xml" --projects bench -DskipTests compile
if [[ $what != jms && $what != backlog ]]; then
  mvn -q --file "$root/pom.xml" --projects it-tests/kafka-tools generate-resources
fi
[[ $what != kafka ]] || keys
for server in "${servers[@]}"; do
  turn_to "$server"
  "prepare_$server"
done
case $what in
  jms | kafka)
    for server in "${servers[@]}"; do "run_$server"; done
    "${what}_work"
    ;;
  backlog | partitions | idle) # a server has the memory to itself, and dies
    for server in "${servers[@]}"; do
      "run_$server"
      "${what}_work"
      stop_servers
    done
    ;;
esac
stop_servers
table
