#!/bin/sh
# The textbook run on a fresh machine: install, build, find the data, train, report.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh
need_debian_packages dataset-fashion-mnist
need_npm_packages
npm run --silent build >&2
exec node packages/sigmax/bin/sigmax.js train fashion-mnist --preset d2l --out fashion-mnist.sigmax
