#!/usr/bin/env bash
# Measures davy beside ripgrep, jq, DuckDB, zcat, zstd and a plain JSON reader, pair by pair, on logs of the generator. Prints Markdown; docs/performance.md is made of it.
#
#   bench/peers.sh [--install] [--bytes 1GB] [--small 100MB] [--pairs 11] [--stream 20GB] [--folder DIR] [SECTION...]
#
# Sections: startup plain deployments compressed arrays memory growth indicators; without any, all of them.
# It builds davy and its own tools in this repository, writes logs to --folder (artifacts/peers), and installs nothing; with --install it tells what it installs, and does.
# Each ratio is of two whole processes run one after the other, the page cache warmed before each: davy's time over the peer's. The median of the pairs counts; where the
# machine is busy with other things, look at the ratio of processor time.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

bytes=1GB small=100MB stream=20GB pairs=11 folder=artifacts/peers install=no sections=()
while [ $# -gt 0 ]; do
  case $1 in
    --install) install=yes ;;
    --bytes | --small | --stream | --pairs | --folder)
      [ $# -gt 1 ] || { echo "$1: its value is missing" >&2; exit 2; }
      printf -v "${1#--}" %s "$2"; shift ;;
    -*) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
    *) sections+=("$1") ;;
  esac
  shift
done
[ ${#sections[@]} -gt 0 ] || sections=(startup plain deployments compressed arrays memory growth indicators)
mkdir -p "$folder"

has() { command -v "$1" >/dev/null; }
say() { echo "$*" >&2; }
skip() { echo "| $1 | not measured: $2 is missing (--install gets it) |"; }

# --- What is needed ---------------------------------------------------------------------------------------------------------------------------------------------

duckdb=@duckdb/node-api@1.5.6-r.1
export NODE_PATH="$PWD/$folder/tools/node_modules"
[ "${folder#/}" = "$folder" ] || export NODE_PATH="$folder/tools/node_modules"
run() { say "+ $*"; "$@" >&2; }
if [ "$install" = yes ]; then
  as_root=(); [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  packages=()
  for tool in clang rg:ripgrep jq zstd time node:nodejs npm; do [ -n "$(type -P "${tool%%:*}")" ] || packages+=("${tool##*:}"); done
  [ ${#packages[@]} -eq 0 ] || run "${as_root[@]}" apt-get install -y -q --no-install-recommends "${packages[@]}"
  run npm install --silent --no-audit --no-fund --prefix "$(dirname "$NODE_PATH")" "$duckdb"
fi
has_duckdb() { has node && [ -d "$NODE_PATH/@duckdb/node-api" ]; }

say "building …"
for project in src/Davy.Cli bench/Hello bench/JsonLoop; do dotnet publish "$project" -c Release -v q >&2; done
dotnet build bench/Davy.Benchmarks -c Release -v q >&2
davy=$PWD/artifacts/publish/Davy.Cli/release_linux-x64/davy
hello=$PWD/artifacts/publish/Hello/release_linux-x64/Hello
json_loop=$PWD/artifacts/publish/JsonLoop/release_linux-x64/JsonLoop
generator=$PWD/artifacts/bin/Davy.Benchmarks/release/Davy.Benchmarks
one_thread=''; "$davy" scan --help | grep -q -- --threads && one_thread='--threads 1'

# --- How it is measured -----------------------------------------------------------------------------------------------------------------------------------------

# timed COMMAND: the seconds that a shell command took by the clock, and of the processors; a scan that finds something ends with 1, which is no failure.
timed() {
  local code=0 TIMEFORMAT='%R %U %S'
  { time bash -c "exec $1" >/dev/null 2>"$folder/error" || code=$?; } 2>"$folder/time"
  [ "$code" -le 1 ] || { say "'$1' ended with $code: $(head -c 500 "$folder/error")"; exit 1; }
  awk '{ print $1, $2 + $3 }' "$folder/time"
}

# Of numbers, one a line: "median least greatest".
spread() { sort -n | awk '{ all[NR] = $1 } END { printf "%.6f %.6f %.6f\n", NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2, all[1], all[NR] }'; }

# pair WHAT FILE OURS THEIRS: a row of the table. FILE is read before each run, so that it stands in memory.
pair() {
  local what=$1 file=$2 ours=$3 theirs=$4 pair a b
  : >"$folder/pairs"
  for ((pair = 0; pair <= pairs; pair++)); do
    [ -z "$file" ] || cat "$file" >/dev/null
    a=$(timed "$ours")
    [ -z "$file" ] || cat "$file" >/dev/null
    b=$(timed "$theirs")
    [ "$pair" -eq 0 ] || echo "$a $b" >>"$folder/pairs" # the first is not counted
  done
  echo "$(awk '{ print $1 }' "$folder/pairs" | spread) $(awk '{ print $3 }' "$folder/pairs" | spread) $(awk '{ print $1 / $3 }' "$folder/pairs" | spread) $(awk '{ print $2 / ($4 > 0 ? $4 : 0.001) }' "$folder/pairs" | spread)" |
    awk -v what="$what" -v pairs="$pairs" '{ printf "| %s | %.3f | %.3f | **%.2f** | %.2f to %.2f | %.2f | %d |\n", what, $1, $4, $7, $8, $9, $10, pairs }'
}

table() { printf '\n### %s\n\n| what | davy, s | the other, s | ratio, median | least to greatest | ratio of processor time, median | pairs |\n|---|---|---|---|---|---|---|\n' "$1"; }

# log NAME OPTIONS: makes a log once, and sees that davy finds in it what the generator says is there.
log() {
  local file="$folder/$1" found expected; shift
  if [ ! "$file.answer" -nt "${generator}.dll" ]; then
    say "making $file …"
    "$generator" generate "$@" >"$file" 2>"$file.said"
    mv "$file.said" "$file.answer"
  fi
  expected=$(grep -o 'must give [0-9]*' "$file.answer" | grep -o '[0-9]*')
  found=$("$davy" scan "$file" --quiet --format scc | wc -l) || true
  [ "$found" -eq "$expected" ] || { say "$file: davy gives $found findings, the generator says $expected"; exit 1; }
  say "$file: $(cat "$file.answer")"
}

scan() { echo "$davy scan $* --quiet"; }

# peak COMMAND: wall seconds and the most memory, in MiB, of a shell command run once.
peak() {
  local code=0
  /usr/bin/time -o "$folder/time" -f '%e %M' bash -c "exec $1" >/dev/null 2>"$folder/error" || code=$?
  [ "$code" -le 1 ] || { say "'$1' ended with $code: $(head -c 500 "$folder/error")"; exit 1; }
  tail -n 1 "$folder/time" | awk '{ printf "%.2f %.1f", $1, $2 / 1024 }'
}
peak_row() {
  local measured
  measured=$(peak "$2")
  awk -v what="$1" '{ printf "| %s | %s | %s |\n", what, $1, $2 }' <<<"$measured"
}
peak_table() { printf '\n### %s\n\n| what | wall, s | peak resident, MiB |\n|---|---|---|\n' "$1"; }

# --- What is measured -------------------------------------------------------------------------------------------------------------------------------------------

startup() {
  table "Start to finish"
  # Ten at a time, so that starting the shell that starts them weighs little.
  local ten='for run in 1 2 3 4 5 6 7 8 9 10; do'
  pair '`davy version` ten times / a native hello world ten times' '' "bash -c '$ten $davy version; done'" "bash -c '$ten $hello; done'"
  printf '\nSize of the program: %s bytes.\n' "$(stat -c %s "$davy")"
}

plain() {
  log "plain-$bytes.jsonl" --bytes "$bytes"; log "plain-$small.jsonl" --bytes "$small"
  local file=$folder/plain-$bytes.jsonl little=$folder/plain-$small.jsonl
  table "JSON Lines, 1 % of the entries of Cloud Run ($bytes; jq $small)"
  if has rg; then
    local rg="rg -c -F --no-mmap run.googleapis.com $file"
    [ -z "$one_thread" ] || pair 'one thread / `rg -c -F --no-mmap run.googleapis.com`' "$file" "$(scan "$file" $one_thread)" "$rg"
    pair 'default threads / the same `rg`' "$file" "$(scan "$file")" "$rg"
    pair '`--validate`, one thread / the same `rg`' "$file" "$(scan "$file" --validate $one_thread)" "$rg"
  else skip ripgrep rg; fi
  if has_duckdb; then pair 'default threads / DuckDB, all cores' "$file" "$(scan "$file")" "node bench/duckdb.cjs $file newline_delimited"; else skip DuckDB "$duckdb"; fi
  if has jq; then pair "default threads / jq" "$little" "$(scan "$little")" "$(jq_query "$little")"; else skip jq jq; fi
}

jq_query() { echo "jq -c 'select(.protoPayload.serviceName == \"run.googleapis.com\") | [.. | .image? // empty]' $1"; }

deployments() {
  log "deployments-$bytes.jsonl" --bytes "$bytes" --deployments; log "deployments-$small.jsonl" --bytes "$small" --deployments
  local file=$folder/deployments-$bytes.jsonl little=$folder/deployments-$small.jsonl
  table "JSON Lines, every entry a deployment ($bytes; jq $small)"
  if has_duckdb; then pair 'default threads / DuckDB, all cores' "$file" "$(scan "$file")" "node bench/duckdb.cjs $file newline_delimited"; else skip DuckDB "$duckdb"; fi
  if has jq; then pair 'default threads / jq' "$little" "$(scan "$little")" "$(jq_query "$little")"; else skip jq jq; fi
}

compressed() {
  log "plain-$bytes.jsonl" --bytes "$bytes"
  local file=$folder/plain-$bytes.jsonl
  table "Compressed ($bytes of content)"
  [ -f "$file.gz" ] || { gzip -6 -c "$file" >"$file.part"; mv "$file.part" "$file.gz"; }
  pair 'gzip -6 / `zcat >/dev/null`' "$file.gz" "$(scan "$file.gz")" "zcat $file.gz"
  has zstd || { skip zstd zstd; return; }
  [ -f "$file.zst" ] || zstd -q -3 "$file" -o "$file.zst"
  pair 'zstd -3 / `zstd -dc >/dev/null`' "$file.zst" "$(scan "$file.zst")" "zstd -dc $file.zst"
}

arrays() {
  table "JSON arrays ($bytes) beside a plain loop over Utf8JsonReader, native as davy is"
  local form
  for form in array pretty; do
    log "$form-$bytes.json" --bytes "$bytes" --form "$form"
    [ -z "$one_thread" ] || pair "$form, one thread" "$folder/$form-$bytes.json" "$(scan "$folder/$form-$bytes.json" $one_thread)" "$json_loop $folder/$form-$bytes.json"
    pair "$form, default threads" "$folder/$form-$bytes.json" "$(scan "$folder/$form-$bytes.json")" "$json_loop $folder/$form-$bytes.json"
  done
}

memory() {
  [ -x /usr/bin/time ] || { skip memory time; return; }
  peak_table "Memory ($bytes, an entry of 1 MB in each)"
  local form
  for form in jsonl array pretty; do
    log "long-$bytes.$form" --bytes "$bytes" --form "$form" --long-entry 1MB
    peak_row "$form" "$(scan "$folder/long-$bytes.$form")"
  done
  gzip -1 -c "$folder/long-$bytes.jsonl" >"$folder/long-$bytes.jsonl.gz"
  peak_row 'jsonl, gzip' "$(scan "$folder/long-$bytes.jsonl.gz")"
  if has zstd; then zstd -q -f -3 "$folder/long-$bytes.jsonl" -o "$folder/long-$bytes.jsonl.zst"; peak_row 'jsonl, zstd' "$(scan "$folder/long-$bytes.jsonl.zst")"; fi
  peak_row 'jsonl on standard input' "$(scan - "<$folder/long-$bytes.jsonl")"
  rm "$folder/long-$bytes".*
  log "deployments-$bytes.jsonl" --bytes "$bytes" --deployments
  peak_row 'jsonl, every entry a deployment' "$(scan "$folder/deployments-$bytes.jsonl")"
}

growth() {
  [ -x /usr/bin/time ] || { skip growth time; return; }
  peak_table "How cost grows with the log"
  local size
  for size in 10MB 100MB 1GB; do
    log "plain-$size.jsonl" --bytes "$size"
    cat "$folder/plain-$size.jsonl" >/dev/null
    peak_row "$size, a file" "$(scan "$folder/plain-$size.jsonl")"
  done
  # A log of this length is made while it is read, so the generator is what takes the time: it is measured alone too.
  for size in 1GB "$stream"; do
    peak_row "$size, made and read on standard input" "$(scan - "< <($generator generate --bytes $size 2>/dev/null)")"
    peak_row "$size, made and thrown away" "cat < <($generator generate --bytes $size 2>/dev/null)"
  done
}

indicators() {
  [ -x /usr/bin/time ] || { skip indicators time; return; }
  peak_table "How cost grows with the list (a log of 10 MB, so all but a little of it is the loading)"
  log plain-10MB.jsonl --bytes 10MB
  local count
  peak_row 'the built-in list alone' "$(scan "$folder/plain-10MB.jsonl")"
  for count in 10 1000 100000 1000000; do
    seq "$count" | sed 's|.*|docker.io/namespace&/application&|' >"$folder/list-$count.txt"
    peak_row "and a list of $count" "$(scan "$folder/plain-10MB.jsonl" --indicators "$folder/list-$count.txt")"
  done
}

echo "$(date -u +%F), $(nproc) processors ($(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs)), $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), $(. /etc/os-release; echo "$PRETTY_NAME"), .NET SDK $(dotnet --version)"
for tool in 'rg --version' 'jq --version' 'gzip --version' 'zstd --version' 'node --version'; do has "${tool%% *}" && echo "* ${tool%% *}: $($tool | head -n 1)"; done
has_duckdb && echo "* DuckDB: $duckdb"
for section in "${sections[@]}"; do
  case $section in
    startup | plain | deployments | compressed | arrays | memory | growth | indicators) "$section" ;;
    *) say "$section: no such section"; exit 2 ;;
  esac
done
