#!/usr/bin/env bash
# Measures davyd's source of kind nats on entries that do not concern Cloud Run, beside the same client library consuming and acknowledging the same messages and doing nothing with
# them; and davyd in one, two and three processes that share a consumer. Prints Markdown; docs/performance.md is made of it.
#
#   bench/nats.sh [--bytes 400MB] [--rounds 5] [--folder DIR]
#
# It builds davyd and its own tools in this repository, starts nats-server (of the PATH, or named by DAVY_TEST_NATS) with a store of its own in --folder (artifacts/nats), and installs nothing.
# Each round runs all of them one after the other, each with a consumer of its own; the ratios are of one round, and the median of the rounds counts.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

bytes=400MB rounds=5 folder=artifacts/nats
while [ $# -gt 0 ]; do
  case $1 in
    --bytes | --rounds | --folder)
      [ $# -gt 1 ] || { echo "$1: its value is missing" >&2; exit 2; }
      printf -v "${1#--}" %s "$2"; shift ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done
server=${DAVY_TEST_NATS:-$(type -P nats-server || true)}
[ -n "$server" ] || { echo "needs nats-server on the PATH, or named by DAVY_TEST_NATS" >&2; exit 2; }
mkdir -p "$folder"; folder=$(cd "$folder" && pwd)

echo "building …" >&2
for project in src/Davy.Server bench/NatsLoop bench/Davy.Benchmarks; do dotnet build "$project" -c Release -v q >&2; done
davyd=$PWD/artifacts/bin/Davy.Server/release/davyd loop=$PWD/artifacts/bin/NatsLoop/release/NatsLoop generator=$PWD/artifacts/bin/Davy.Benchmarks/release/Davy.Benchmarks

started=()
stop() { local pid; for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done; for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done; started=(); }
trap 'stop; kill "$nats" 2>/dev/null; rm -rf "$folder/store"' EXIT

port=$((20000 + RANDOM % 20000)) url='' nats=''
printf 'listen: "127.0.0.1:%s"\njetstream { store_dir: "%s" }\n' "$port" "$folder/store" >"$folder/nats.conf"
url=nats://127.0.0.1:$port
rm -rf "$folder/store"
"$server" -c "$folder/nats.conf" >"$folder/nats.log" 2>&1 &
nats=$!
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done

"$generator" generate --bytes "$bytes" --cloud-run 0 >"$folder/log.jsonl" 2>/dev/null
messages=$("$loop" publish "$url" "$folder/log.jsonl")

# run WHAT COUNT: messages a second of so many processes.
run() {
  local consumer=c$RANDOM$RANDOM process timer
  "$loop" time "$url" "$consumer" >"$folder/time" &
  timer=$!
  until grep -q ready "$folder/time"; do sleep 0.05; done
  for process in $(seq "$2"); do
    if [ "$1" = davyd ]; then
      printf '{"sources": [{"name": "logs", "kind": "nats", "url": "%s", "stream": "LOGS", "consumer": "%s"}]}' "$url" "$consumer" >"$folder/davyd.json"
      "$davyd" --config "$folder/davyd.json" --data "$folder/data-$process" --http-port 0 --grpc-port 0 --insecure --log-level Error &
    else "$loop" "$1" "$url" "$consumer" & fi
    started+=($!)
  done
  wait "$timer"
  stop >&2
  tail -n 1 "$folder/time"
}

spread() { sort -n | awk '{ all[NR] = $1 } END { printf "%s %s %s", all[int((NR + 1) / 2)], all[1], all[NR] }'; }

: >"$folder/rounds"
for round in $(seq "$rounds"); do
  echo "$(run single 1) $(run double 1) $(run davyd 1) $(run davyd 2) $(run davyd 3)" >>"$folder/rounds"
  echo "round $round: $(tail -n 1 "$folder/rounds")" >&2
done

column() { awk "{ print $1 }" "$folder/rounds" | spread; }
echo "$(date -u +%F), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg), $("$server" --version), $messages messages of $bytes, $rounds rounds"
printf '\n| what | messages a second, median | least to greatest | ratio to the bare client, confirmed; median | least to greatest |\n|---|---|---|---|---|\n'
table() { printf '| %s | %s | %s to %s | **%s** | %s to %s |\n' "$1" $(column "$2") $(awk "{ printf \"%.2f\n\", $2 / \$2 }" "$folder/rounds" | spread); }
table 'bare client, acknowledged' '$1'
table 'bare client, acknowledged and confirmed' '$2'
table '`davyd`, one process' '$3'
table '`davyd`, two processes' '$4'
table '`davyd`, three processes' '$5'
