#!/usr/bin/env bash
# Counts false alarms on packages of Debian: davy's, and beside it those of clamscan and yara, which are given the same signs. Prints Markdown; docs/detection-quality.md is made of it.
#
#   bench/quality.sh [--davy PROGRAM] [--folder DIR]
#
# The packages (bench/quality/packages.txt, 1 GB) are downloaded to --folder (artifacts/quality) with apt-get and unpacked there, 5.5 GB; nothing of them is installed or run.
# It installs nothing: clamscan and yara are left out where they are missing (apt-get install clamav yara).
# ClamAV's own database is not used. Both seek the signs of mining programs of which one is enough, and the pools, in ASCII; in davy they are a part of what is sought and weighed.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

davy='' folder=artifacts/quality
while [ $# -gt 0 ]; do
  case $1 in
    --davy | --folder)
      [ $# -gt 1 ] || { echo "$1: its value is missing" >&2; exit 2; }
      printf -v "${1#--}" %s "$2"; shift ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done
has() { command -v "$1" >/dev/null; }
say() { echo "$*" >&2; }

if [ -z "$davy" ]; then
  say "building …"
  dotnet publish src/Davy.Cli -c Release -v q >&2
  davy=$PWD/artifacts/publish/Davy.Cli/release_linux-x64/davy
fi
dotnet build bench/Davy.Benchmarks -c Release -v q >&2
bench/packages.sh "$folder/packages"
artifacts/bin/Davy.Benchmarks/release/Davy.Benchmarks literals "$folder/signs"

# Each package as an image of one layer that starts a program of the package's name; the layer is linked, not copied.
blob() {
  local id
  id=$(printf %s "$1" | sha256sum | cut -d' ' -f1)
  printf %s "$1" > "$layout/blobs/sha256/$id"
  printf '"digest":"sha256:%s","size":%s' "$id" "${#1}"
}
for tar in "$folder"/packages/*.tar; do
  name=$(basename "$tar" .tar) layout="$folder/images/clean/$(basename "$tar" .tar)"
  [ -f "$layout/index.json" ] && continue
  mkdir -p "$layout/blobs/sha256" "$folder/tree/$name"
  tar -xf "$tar" -C "$folder/tree/$name" --no-same-owner
  digest=$(sha256sum "$tar" | cut -d' ' -f1)
  ln -f "$tar" "$layout/blobs/sha256/$digest"
  config=$(blob "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Entrypoint\":[\"/usr/bin/$name\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$digest\"]}}")
  layer="{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"sha256:$digest\",\"size\":$(stat -c %s "$tar")}"
  manifest=$(blob "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",$config},\"layers\":[$layer]}")
  printf '{"imageLayoutVersion":"1.0.0"}' > "$layout/oci-layout"
  printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",%s}]}' "$manifest" > "$layout/index.json"
done

# timed FILE COMMAND…: the seconds of the processors and by the clock, as a row's last cells; its output to the file. A program that finds something may end with 1, which is no failure.
timed() {
  local file=$1 TIMEFORMAT='%U %S %R' took
  shift
  took=$({ time "$@" > "$file" 2> "$file.errors" || [ $? -le 3 ]; } 2>&1)
  awk '{ printf "%.0f | %.0f |\n", $1 + $2, $3 }' <<< "$took"
}
packages() { sed "s|^$folder/tree/||" | cut -d/ -f1 | sort -u | wc -l; }

echo "$(find "$folder/packages" -name '*.tar' | wc -l) packages, $(find "$folder/tree" -type f | wc -l) files, $(du -sm "$folder/tree" | cut -f1) MiB; load $(cut -d' ' -f1-3 /proc/loadavg)"
echo
echo "| program | given | flagged files | flagged packages | processor, s | clock, s |"
echo "|---|---|---|---|---|---|"
took=$(timed "$folder/davy.txt" "$davy" image evaluate "$folder/images")
count() { awk -F'\t' -v verdict="$1" '$1 == "clean" && $2 == verdict' "$folder/davy.txt" | wc -l; }
echo "| \`davy image evaluate\` | the packages as layers | | $(($(count miner) + $(count 'contains a miner'))) miners, $(count suspicious) suspicious, $(count 'mentions miners') mention them, $(count 'not verified') not verified | $took"
if has yara; then
  took=$(timed "$folder/yara.txt" yara -r -p 2 -N "$folder/signs/signs.yar" "$folder/tree")
  echo "| \`yara -r -p 2\` | the tree, unpacked | $(cut -d' ' -f2- "$folder/yara.txt" | sort -u | wc -l) | $(cut -d' ' -f2- "$folder/yara.txt" | packages) | $took"
else
  echo "| yara | not measured: it is missing | | | | |"
fi
if has clamscan; then
  took=$(timed "$folder/clamscan.txt" clamscan -r -i --no-summary --database="$folder/signs/signs.ldb" "$folder/tree")
  echo "| \`clamscan -r\` | the tree, unpacked | $(grep -c ' FOUND$' "$folder/clamscan.txt" || true) | $(grep ' FOUND$' "$folder/clamscan.txt" | packages) | $took"
else
  echo "| clamscan | not measured: it is missing | | | | |"
fi
echo
awk -F'\t' '$1 == "clean" && NF > 2 && $2 != "clean"' "$folder/davy.txt"
