#!/bin/sh
# bench/policy_peers.sh: Heed's decisions beside cedar-wasm's and casbin's, on the same requests.
# Wants the preset `bench` built, and npm's registry the first time. About half a minute.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/policy_peers"
[ -d node_modules ] || npm ci --include=dev --no-audit --no-fund
exec node peers.mjs "$here/../build/bench/bench/policy_peers_bench"
