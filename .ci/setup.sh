# Shared by ./test and ./reproduce: installs the Debian packages that are missing and says what it does.
# Sourced; expects to run in the project's root.

step() { printf '\n==> %s\n' "$*"; }

# packages_for build [lint]: the names in .ci/packages for these purposes.
packages_for() {
  local purpose
  for purpose in "$@"; do sed -n "s/^$purpose //p" .ci/packages; done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

ensure_packages() {
  local missing=() package
  for package in $(packages_for "$@"); do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
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

build() { # build PRESET [TARGET...]
  local preset=$1
  shift
  step "Building ($preset)"
  cmake --preset "$preset" >"build-$preset.log" 2>&1 || { cat "build-$preset.log"; return 1; }
  rm -f "build-$preset.log"
  cmake --build --preset "$preset" ${1:+--target "$@"}
}
