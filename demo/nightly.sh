#!/bin/sh
# The demo district's night: make the district if there is none, then ask, let the agencies answer, reconcile.
# The first time every night of the district is run in order; afterwards only the last one, which finds nothing new.
set -eu
chakong="$BIN/chakong"
[ -e "$DROPS/truth/demo.json" ] || "$chakong" demo --out "$DROPS" --debtors "$DEBTORS" --nights 2 --seed 20261122
nights=$("$chakong" demo nights --drops "$DROPS")
[ ! -e "$STORE/profiles.duckdb" ] || nights=$(echo "$nights" | tail -n 1)
for night in $nights; do
    "$chakong" inquire --drops "$DROPS" --store "$STORE" --date "$night"
    "$chakong" demo answer --drops "$DROPS" --store "$STORE" --date "$night"
    "$chakong" nightly --drops "$DROPS" --store "$STORE" --date "$night"
done
"$chakong" profile --example --store "$STORE"
