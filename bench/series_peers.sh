#!/bin/sh
# bench/series_peers.sh: Heed's series beside VictoriaMetrics, InfluxDB and PostgreSQL; see --help.
# Wants the preset `bench` built (ninja -C build/bench heed) and `tools/install bench`.
exec python3 "$(dirname "$0")/series_peers.py" "$@"
