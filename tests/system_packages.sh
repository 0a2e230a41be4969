#!/bin/sh
# Installs the Debian packages that the system tests need and the machine lacks: a browser, fonts to look at Chinese,
# LibreOffice that renders the exports, and poppler that turns their pages into pictures.
set -eu
packages="chromium fonts-noto-cjk libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-draw-nogui poppler-utils"
missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
$as_root apt-get update -qq
# shellcheck disable=SC2086 -- a list of words
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
