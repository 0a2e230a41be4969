#!/bin/sh
# The demo district's night: make the district if there is none, then ask, let the agencies answer, reconcile.
# Sunday's fulls and Monday's deltas are both delivered; the night that runs is Monday's. Run again, it finds nothing new.
set -eu
chakong="$BIN/chakong"
[ -e "$DROPS/truth/demo.json" ] || "$chakong" demo --out "$DROPS" --debtors "$DEBTORS" --nights 2 --seed 20261122
night=$("$chakong" demo nights --drops "$DROPS" | tail -n 1)
"$chakong" inquire --drops "$DROPS" --store "$STORE" --date "$night"
"$chakong" demo answer --drops "$DROPS" --store "$STORE" --date "$night"
"$chakong" nightly --drops "$DROPS" --store "$STORE" --date "$night"
"$chakong" profile --example --store "$STORE"
