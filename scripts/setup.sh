# Read by start.sh and test.sh: gets what a fresh machine lacks. Nothing is done twice.

# Debian packages: installed when we may, otherwise said.
need_debian_packages() {
  missing=""
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing$missing …" >&2
    log=$(mktemp)
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
      rm -f "$log"
    else
      tail -n 5 "$log" >&2
      echo "Could not install$missing; going on without." >&2
    fi
  else
    echo "Going on without these Debian packages; to have them: sudo apt-get install$missing" >&2
  fi
}

need_npm_packages() {
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    echo "Installing npm packages …" >&2
    npm ci --silent
    touch node_modules/.package-lock.json
  fi
}
