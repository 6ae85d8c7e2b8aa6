#!/usr/bin/env bash
# Measures single hot paths with JMH. Called by ./millrace bench jmh; the first argument is the checkout.
set -euo pipefail

root=$1
shift

case ${1:-} in
  -h | --help)
    cat << 'END'
Usage: ./millrace bench jmh [PATTERN] [JMH options]
Measures hot paths in a process of its own each, and prints JMH's table. bench/README.md says what there is.
  PATTERN        a regular expression on the names: Append, Settle.*Order (default: all)
  -l, -lp        lists the benchmarks, with their parameters
  -p NAME=VALUE  one value of a parameter, as in -p durability=FSYNC
  -f N -wi N -i N -r TIME   processes, warm-up and measured iterations, length of each
  -prof gc       also what is allocated for each operation
  -jvmArgsAppend -Djava.io.tmpdir=DIR   where the logs of Append lie (default: the system's temporary directory)
  -help          JMH's other options (-h shows this page)
END
    exit 0
    ;;
esac

found=$("$root/bin/find-java")
mvn -q --file "$root/pom.xml" --projects bench/jmh --also-make -DskipTests process-classes >&2
exec "${found#* }" -cp "$root/bench/jmh/target/classes:$(cat "$root/bench/jmh/target/classpath")" org.openjdk.jmh.Main "$@"
