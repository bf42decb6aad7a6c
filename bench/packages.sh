#!/usr/bin/env bash
# Fetches packages of Debian for the measurement of false alarms: bench/packages.sh FOLDER [LIST]
# Each becomes FOLDER/NAME.tar, the files that it would install; nothing is installed, and nothing of it is run. What is there already is kept.
# Needs apt-get with an index (apt-get update) and dpkg-deb. Prints what it fetched, and the names that this Debian does not have.
set -uo pipefail
cd "$(dirname "$0")/.."
folder=${1:?"usage: bench/packages.sh FOLDER [LIST]"} list=${2:-bench/quality/packages.txt} most=2000000000
mkdir -p "$folder/parts" && folder=$(cd "$folder" && pwd)

# The newest version that a server has: an installed one may come from elsewhere.
names=$(sed -e 's/#.*//' -e 's/^seen //' "$list" | tr -d ' ' | grep .)
known=$(echo "$names" | xargs apt-cache madison 2>/dev/null | awk -F' *[|] *' '!/Sources/ { sub(/^ */, "", $1); if (!seen[$1]++) print $1 "=" $2 }')
wanted=() absent=() there=0
for name in $names; do
  if [ -f "$folder/$name.tar" ]; then there=$((there + 1)); continue; fi
  version=$(grep -m 1 "^$name=" <<< "$known") && wanted+=("$version") || absent+=("$name")
done

bytes=0
[ ${#wanted[@]} -eq 0 ] || bytes=$(apt-cache show "${wanted[@]}" 2>/dev/null | awk '/^Size:/ { sum += $2 } END { printf "%.0f", sum }')
[ "$bytes" -le "$most" ] || { echo "$list comes to $bytes bytes; no more than $most are downloaded" >&2; exit 1; }
echo "${#wanted[@]} packages to fetch, $((bytes / 1000000)) MB; $there are there already; ${#absent[@]} not in this Debian: ${absent[*]:-}" >&2

# Some packages at a time, for apt-get reads its whole index at each start; in a folder of their own, for it writes where it stands.
fetch() {
  local folder=$1 part package name
  shift
  part=$(mktemp -d "$folder/parts/XXXXXX") && cd "$part" && apt-get download -qq "$@" >/dev/null 2>&1
  for package in "${@%%=*}"; do
    name=$(find . -name "${package}_*.deb" | head -n 1)
    [ -n "$name" ] && dpkg-deb --fsys-tarfile "$name" > package.tar && mv package.tar "$folder/$package.tar" || echo "$package: not fetched" >&2
  done
  rm -rf "$part"
}
export -f fetch
[ ${#wanted[@]} -eq 0 ] || printf '%s\n' "${wanted[@]}" | xargs -P 4 -n 24 bash -c 'fetch "$@"' - "$folder"
echo "$(find "$folder" -maxdepth 1 -name '*.tar' | wc -l) packages in $folder" >&2
