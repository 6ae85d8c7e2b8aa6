# Sourced by the scripts that take options: what is wrong with one is said before anything is built.

# Ends with a sentence.
refuse() {
  echo "millrace: $*" >&2
  exit 2
}

value() { # option, its value if there is one
  [[ -n ${2:-} && $2 != --* ]] || refuse "$1 needs a value"
}

whole_number() { # option, smallest, largest, the value if there is one
  value "$1" "${4:-}"
  if ! [[ $4 =~ ^(0|[1-9][0-9]{0,17})$ ]] || (($4 < $2 || $4 > $3)); then
    refuse "$1 takes a whole number from $2 to $3, not '$4'"
  fi
}

one_of() { # option, the value if there is one, what it may be
  local each
  value "$1" "${2:-}"
  for each in "${@:3}"; do
    [[ $2 != "$each" ]] || return 0
  done
  refuse "$1 takes one of these: ${*:3}; not '$2'"
}
