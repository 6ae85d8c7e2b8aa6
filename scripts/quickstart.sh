#!/usr/bin/env bash
# Shows what Millrace is for: a JMS application and Kafka consumer groups on the same stored orders.
# Called by ./millrace quickstart; the first argument is the checkout.
set -euo pipefail

root=$1
shift
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"
# shellcheck source=scripts/options.sh
source "$root/scripts/options.sh"

usage() {
  cat << 'END'
Usage: ./millrace quickstart [--exit] [--data DIR]
Shows an ordinary JMS application and ordinary Kafka consumer groups on one durable log, and keeps the server
running until Ctrl-C.
  --exit       ends after the demonstration
  --data DIR   data directory (./data)
END
}

data=$PWD/data
stay=true
while (($# > 0)); do
  case $1 in
    --exit) stay=false ;;
    --data)
      value "$1" "${2:-}"
      data=$2
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      echo "millrace: unknown option $1" >&2
      usage >&2
      exit 2
      ;;
  esac
  shift
done

build_if_needed "$root"
dist=$(distribution "$root")
millrace=$dist/bin/millrace
found=$("$dist/bin/find-java")
java=${found#* }
orders=$root/examples/data/orders.csv
count=$(($(wc -l < "$orders") - 1))

if [[ -t 1 ]]; then
  bold=$'\033[1m' plain=$'\033[0m'
else
  bold='' plain=''
fi
step() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }

# ---- the server: one that runs on the directory already is used and left alone
pid=
stop_server() {
  if [[ -n $pid ]] && kill -0 "$pid" 2> /dev/null; then
    kill "$pid" 2> /dev/null || true
    # It is no child of this shell when its pipe outlived it; waiting is by looking.
    while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done
  fi
}
trap stop_server EXIT
trap 'exit 130' INT TERM

free_or_any() { # the usual port, or 0 for any when it is taken
  if (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; then echo 0; else echo "$1"; fi
}

step "1. A server"
if "$millrace" status --data "$data" > /dev/null 2>&1; then
  status=$("$millrace" status --data "$data")
  clients=$(sed -n 's/^clients *//p' <<< "$status")
  http=$(sed -n 's/^http *//p' <<< "$status")
  echo "a server runs on $data already"
else
  ready=$("$millrace" start --background --data "$data" --port "$(free_or_any 9092)" --http-port "$(free_or_any 8080)")
  read -r _ clients http pid <<< "$ready"
  pid=${pid#pid=}
  echo "started on $data, process $pid"
fi
bootstrap=${clients#millrace://}

stored() { # how many orders the log holds
  "$millrace" topic describe orders --data "$data" --json 2> /dev/null \
    | sed -n 's/.*"endOffset":\([0-9]*\).*/\1/p' | head -n 1
}
before=$(stored || true)
if [[ ${before:-0} -gt 0 ]]; then
  echo "found the $before orders that earlier runs stored; this run adds $count"
fi

jars() { # the jars of a directory as a class path
  local path
  path=$(printf '%s:' "$@")
  echo "${path%:}"
}
example() { # runs one of the programs in examples/
  local class=$1
  shift
  "$java" -XX:+UseSerialGC -Xmx128m -Dslf4j.internal.verbosity=ERROR -Djava.naming.provider.url="$clients" \
    -cp "$(jars "$root"/examples/target/millrace-examples-*.jar "$dist"/client/*.jar \
      "$dist"/lib/kafka-clients-*.jar "$dist"/lib/slf4j-api-*.jar)" \
    "io.millrace.examples.$class" "$@"
}

step "2. A JMS application sends $count orders to the queue 'orders' (examples: OrderSender)"
echo "It takes its connection factory from JNDI. Every send and every commit returns when the disk has it."
example OrderSender "$orders"

step "3. Another JMS application receives and acknowledges them (OrderReceiver)"
echo "For the queue they are done then: no JMS consumer gets them again."
example OrderReceiver "$count"

step "4. A Kafka consumer group reads the same messages, from the start (OrderReader)"
echo "The log keeps what the queue has finished with. Nothing was copied."
example OrderReader "$bootstrap" reports

step "5. A second group reads them independently"
example OrderReader "$bootstrap" audit

step "6. The first group rewinds and reads everything again"
example OrderReader "$bootstrap" reports --rewind

step "Where things are"
cat << END
orders stored   $(stored) in the topic and queue 'orders'
data            $data ($(du -sh "$data" | cut -f 1))
JMS             new io.millrace.jms.MillraceConnectionFactory("$clients"), jars in $dist/client
Kafka           bootstrap.servers=$bootstrap    for example: kcat -b $bootstrap -t orders -C -o beginning -e
console         $http    (log in with the token in $data/admin-token)
command line    ./millrace queue list --data $data
END

if $stay; then
  step "The server keeps running. Ctrl-C ends it; the data stays for the next start."
  while kill -0 "${pid:-$$}" 2> /dev/null; do sleep 0.5; done
fi
