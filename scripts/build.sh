# Sourced by ./millrace: builds the server, its client and the examples when the sources are newer.

# The directory that has the form of an unpacked distribution.
distribution() {
  local root=$1 version
  version=$(sed -n 's|^  <version>\(.*\)</version>.*|\1|p' "$root/pom.xml" | head -n 1)
  echo "$root/server/target/millrace-$version"
}

# The first thing found that is newer than the last build; nothing when the build is up to date.
newer_source() {
  local root=$1 stamp=$2
  [[ -e $stamp ]] || {
    echo "no build"
    return
  }
  find "$root/pom.xml" "$root/bin" "$root/log-engine" "$root/jms-adapter" "$root/admin-console" \
    "$root/server" "$root/examples" \
    \( -name target -o -name node_modules -o -path '*/src/test' \) -prune \
    -o -newer "$stamp" -type f -print -quit 2>/dev/null
}

build_if_needed() {
  local root=$1 stamp=$1/server/target/build.stamp
  [[ -n $(newer_source "$root" "$stamp") ]] || return 0
  command -v mvn > /dev/null || {
    echo "millrace: Maven 3.8.1 or later is needed to build this checkout (Debian: apt-get install maven)" >&2
    exit 2
  }
  mkdir -p "$root/server/target"
  # Two builds of one checkout at the same time would spoil each other.
  exec 9> "$root/server/target/build.lock"
  if command -v flock > /dev/null; then
    flock 9
    if [[ -z $(newer_source "$root" "$stamp") ]]; then
      exec 9>&-
      return 0
    fi
  fi
  build "$root" "$stamp"
  exec 9>&-
}

build() {
  local root=$1 stamp=$2 log=$1/server/target/build.log started=$SECONDS
  local fresh=$stamp.new
  touch "$fresh" # what is changed while the build runs is newer than this
  if ! mvn --file "$root/pom.xml" --projects server,examples --also-make -DskipTests package 2>&1 9>&- \
    | tee "$log" | show_progress; then
    echo >&2
    grep -E '^\[ERROR\]' "$log" | head -n 20 >&2
    echo "millrace: the build failed; all of it is in $log" >&2
    exit 1
  fi
  progress 1 1 "preparing a quick start"
  # Without it everything works, only slower; it says so itself.
  "$(distribution "$root")/bin/millrace" prepare 9>&- > /dev/null || true
  mv -f "$fresh" "$stamp"
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
  echo "built in $((SECONDS - started)) s" >&2
}

# Turns Maven's output into a bar: "[INFO] Building NAME VERSION   [3/12]".
show_progress() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^\[INFO\]\ Building\ (.+)\ [0-9.]+\ +\[([0-9]+)/([0-9]+)\] ]]; then
      progress "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}" "${BASH_REMATCH[1]}"
    elif [[ $line == *Downloading* ]]; then
      progress 0 1 "fetching libraries"
    fi
  done
}

progress() {
  local done=$1 total=$2 what=$3 width=30
  local filled=$((done * width / total)) bar
  printf -v bar '%*s' "$filled" ''
  bar=${bar// /#}
  if [[ -t 2 ]]; then
    printf '\r\033[Kbuilding [%-*s] %s' "$width" "$bar" "$what" >&2
  else
    echo "building ($done/$total) $what" >&2
  fi
}
