#!/usr/bin/env bash
# Measures davyd's push: as many messages as it takes that do not concern Cloud Run, beside nginx, which reads the same requests and answers an empty 204; then, on a log of which a
# hundredth is of Cloud Run, how long a message takes until all that follows of it is committed, at the highest rate and at half of it. Prints Markdown; docs/performance.md is made of it.
#
#   bench/push.sh [--rounds 11] [--seconds 10] [--connections 32] [--soak SECONDS] [--database POSTGRES] [--folder DIR] [--install]
#
# --soak adds a run of so many seconds at the highest rate, with the memory and the processor time that it took. --database takes PostgreSQL in place of SQLite.
# It builds davyd and its own tools in this repository and starts nginx and davyd on the loopback address. With --install it installs nginx-light and wrk of Debian's; without, it installs nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

rounds=11 seconds=10 connections=32 soak=0 database='' folder=artifacts/push
while [ $# -gt 0 ]; do
  case $1 in
    --rounds | --seconds | --connections | --soak | --database | --folder)
      [ $# -gt 1 ] || { echo "$1: its value is missing" >&2; exit 2; }
      printf -v "${1#--}" %s "$2"; shift ;;
    --install) apt-get install -y -q --no-install-recommends nginx-light wrk >&2 ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done
for needed in nginx wrk; do type -P "$needed" >/dev/null || { echo "needs $needed on the PATH; --install installs it" >&2; exit 2; }; done
rm -rf "${folder:?}/data"; mkdir -p "$folder/issuer"; folder=$(cd "$folder" && pwd)

echo "building …" >&2
for project in src/Davy.Server bench/PushLoop bench/Davy.Benchmarks; do dotnet build "$project" -c Release -v q >&2; done
built=$PWD/artifacts/bin loop=$built/PushLoop/release/PushLoop

started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true' EXIT

# nginx reads the body, as davyd does, and serves the issuer's keys.
port=$((20000 + RANDOM % 20000)) own=$((20000 + RANDOM % 20000))
cat >"$folder/nginx.conf" <<END
daemon off; worker_processes auto; pid $folder/nginx.pid; error_log $folder/nginx.log;
events { worker_connections 1024; }
http {
  access_log off; client_body_buffer_size 64k; client_max_body_size 16m; keepalive_requests 1000000000; client_body_temp_path $folder/body;
  proxy_temp_path $folder/p; fastcgi_temp_path $folder/f; uwsgi_temp_path $folder/u; scgi_temp_path $folder/s;
  server { listen 127.0.0.1:$port; location /ingest { return 204; } location / { root $folder/issuer; } }
}
END
"$loop" issuer "$folder/issuer" "http://127.0.0.1:$port"
chmod -R a+rX "$folder"
nginx -e "$folder/nginx.log" -c "$folder/nginx.conf" &
started+=($!)

cat >"$folder/oidc.json" <<END
{"issuers": [{"issuer": "https://issuer.example.com", "audiences": ["https://davy.example.com"], "algorithms": ["RS256"], "discovery": "http://127.0.0.1:$port/description",
  "roles": [{"role": "ingester", "claim": "email", "value": "push@example.com"}]}]}
END
"$built/Davy.Server/release/davyd" --data "$folder/data" ${database:+--database "$database"} --http-port "$own" --grpc-port 0 --oidc "$folder/oidc.json" --ingest-rate-limit 0 --stranger-rate-limit 0 --log-level Error &
davyd=$!
started+=("$davyd")
until (exec 3<>"/dev/tcp/127.0.0.1/$own") 2>/dev/null; do kill -0 "$davyd"; sleep 0.1; done

generate() { "$built/Davy.Benchmarks/release/Davy.Benchmarks" generate --bytes "$1" --cloud-run "$2" 2>/dev/null; }
generate 10MB 0 >"$folder/none.jsonl"
generate 100MB 1 >"$folder/some.jsonl"
"$loop" bodies "$folder/none.jsonl" 4000 >"$folder/bodies"
export PUSH_BODIES=$folder/bodies PUSH_TOKEN
PUSH_TOKEN=$(cat "$folder/issuer/token")

# push WHERE SECONDS: requests a second and the 99th percentile in ms.
push() {
  wrk -t 2 -c "$connections" -d "$2s" --latency -s bench/push.lua "http://127.0.0.1:$1/ingest/pubsub/logs" >"$folder/wrk"
  if grep -q 'Non-2xx\|Socket errors' "$folder/wrk"; then cat "$folder/wrk" >&2; exit 1; fi
  awk '/Requests\/sec/ { rate = $2 } $1 == "99%" { p = $2; scale = p ~ /us/ ? 0.001 : p ~ /[0-9]s/ ? 1000 : 1; sub(/[a-z]+/, "", p); p *= scale } END { printf "%d %.2f", rate, p }' "$folder/wrk"
}
push "$own" 5 >/dev/null

: >"$folder/rounds"
for round in $(seq "$rounds"); do
  echo "$(push "$port" "$seconds") $(push "$own" "$seconds")" >>"$folder/rounds"
  echo "round $round: $(tail -n 1 "$folder/rounds")" >&2
done

spread() { sort -n | awk '{ all[NR] = $1 } END { printf "%s | %s to %s", all[int((NR + 1) / 2)], all[1], all[NR] }'; }
column() { awk "{ printf \"%.2f\n\", $1 }" "$folder/rounds" | spread; }
echo "$(date -u +%F), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg), $(nginx -v 2>&1 | sed 's/.*: //'), $connections connections, $rounds rounds of $seconds s, ${database:+PostgreSQL}${database:-SQLite}" | sed 's/PostgreSQL.*/PostgreSQL/'
printf '\n| what | median | least to greatest |\n|---|---|---|\n'
echo "| nginx, an empty 204, a second | $(column '$1') |"
echo "| \`davyd\`, a second | $(column '$3') |"
echo "| ratio | $(column '$3 / $1') |"
echo "| nginx, 99th percentile, ms | $(column '$2') |"
echo "| \`davyd\`, 99th percentile, ms | $(column '$4') |"

# Resident memory in MiB and processor time in s of davyd so far.
memory() { awk '/VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$davyd/status"; }
processor() { awk -v hz="$(getconf CLK_TCK)" '{ printf "%.1f", ($14 + $15) / hz }' "/proc/$davyd/stat"; }
mixed() { "$loop" push "http://127.0.0.1:$own/ingest/pubsub/logs" "$folder/some.jsonl" "$1" "$2" "$connections" "$folder/issuer/token"; }

printf '\nA hundredth of Cloud Run, each message answered when all that follows is committed:\n\n'
highest=$(mixed "$seconds" 0)
echo "* highest rate: $highest"
echo "* half of it: $(mixed "$seconds" $((${highest%% *} / 2)))"
if [ "$soak" -gt 0 ]; then
  before=$(processor)
  echo "* $soak s at the highest rate: $(mixed "$soak" 0); resident at most $(memory) MiB, processor time $(awk "BEGIN { printf \"%.0f\", $(processor) - $before }") s"
fi
