# Shared by ./test and ./reproduce: installs the Debian packages that are missing and says what it does.
# Sourced; expects to run in the project's root.

step() { printf '\n==> %s\n' "$*"; }

# packages_for build [lint]: the names in .ci/packages for these purposes.
packages_for() {
  local purpose
  for purpose in "$@"; do sed -n "s/^$purpose //p" .ci/packages; done
}

# purposes_of ALL FILTER: the purposes in .ci/packages that ./test needs, with --all (yes or no) or a test's name.
purposes_of() {
  if [ "$1" = yes ]; then
    echo build lint slurm browser measure package
  elif [ "$2" = measure ]; then
    echo build measure
  else
    echo build
  fi
}

# skipped_tests CTEST_LOG OUTPUT_LOG: the tests that did not run, by name, and why, as they say themselves; nothing if all ran.
skipped_tests() {
  sed -n '/^The following tests did not run:/,/^$/s/^\t *[0-9]* - //p' "$1"
  if grep -q '^The following tests did not run:' "$1"; then
    sed -n 's/^skipped: /  &/p' "$2"
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# is_there PACKAGE: as Debian's package or, of node and npm, which many install otherwise, as a command.
is_there() {
  case $1 in
    nodejs) ! command -v node >/dev/null || return 0 ;;
    npm) ! command -v npm >/dev/null || return 0 ;;
  esac
  dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'
}

ensure_packages() {
  local missing=() package
  for package in $(packages_for "$@"); do
    is_there "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "Not a Debian system: install the like of ${missing[*]}, and then build with 'cmake --workflow --preset release'" >&2
    return 1
  fi
  step "Installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# progress WHAT LOG: keeps the lines that it reads in LOG and says how far WHAT is, of lines such as "[12/97] Building" and
# "12/97 Test": on a terminal on one line that is written anew, elsewhere on a line a minute.
progress() {
  local what=$1 log=$2 line said=-60 done_of="" last=""
  : >"$log"
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    [[ $line =~ ^\ *\[?([1-9][0-9]*)/([0-9]+)(\]|\ Test) ]] || continue
    done_of="${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
    if [ -t 1 ]; then
      printf '\r%s: %s\033[K' "$what" "$done_of"
    elif [ $((SECONDS - said)) -ge 60 ]; then
      said=$SECONDS
      last=$done_of
      printf '%s: %s\n' "$what" "$done_of"
    fi
  done
  if [ "$done_of" != "$last" ]; then
    if [ -t 1 ]; then printf '\r'; fi
    printf '%s: %s\n' "$what" "$done_of"
  fi
}

build() { # build PRESET [TARGET...]
  local preset=$1
  shift
  step "Building ($preset)"
  cmake --preset "$preset" >"build-$preset.log" 2>&1 || { cat "build-$preset.log"; return 1; }
  rm -f "build-$preset.log"
  cmake --build --preset "$preset" ${1:+--target "$@"} 2>&1 | progress built "build/$preset/build.log" ||
    { grep -v '^\[' "build/$preset/build.log" | tail -n 60; return 1; }
}
