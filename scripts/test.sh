#!/bin/sh
# All checks on a fresh machine: format, types, lint, unused code, tests.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh
need_debian_packages dataset-fashion-mnist python3-numpy chromium r-cran-survival
need_npm_packages
exec npm run --silent check
