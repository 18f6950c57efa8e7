# Shared by the gateway's benchmarks, sourced after lib.sh, from the root: starts what they measure, and ends it.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/treadle-gateway.XXXXXX")
processes=()
model=bench # The route that wrk's requests name.

end_everything() {
  for process in "${processes[@]}"; do
    kill "$process" 2>/dev/null || :
  done
  wait
  rm -rf "$scratch"
}
trap end_everything EXIT
trap 'exit 130' INT TERM HUP

needs() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || { echo "$program is missing: bin/install-bench-tools installs it" >&2; exit 1; }
  done
}

# Builds, and sets $classes for the programs of dev.treadle.gateway.bench.
build_gateway() {
  build_with_tests
  ./treadle --version >/dev/null # Records the ahead-of-time cache, if need be.
  classes="gateway/target/test-classes:store/target/test-classes:$APP_CLASSES"
}

# Runs a program of dev.treadle.gateway.bench in place of this shell.
bench_java() {
  # shellcheck disable=SC2086 # options are words
  exec "$JAVA_HOME/bin/java" $JAVA_FLAGS -Xmx512m -cp "$classes" "dev.treadle.gateway.bench.$1" "${@:2}"
}

# A port that nobody listens on, below those that the system gives to clients.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# Waits until a file holds a line that begins so, and prints what follows it, to the next blank.
# $1 the file, $2 the beginning, $3 the process that writes it
await_line() {
  local try
  for try in $(seq 600); do
    if grep -q "^$2" "$1" 2>/dev/null; then
      sed -n "s|^$2\([^ ]*\).*|\1|p" "$1" | head -n 1
      return
    fi
    [ "$try" -eq 1 ] || kill -0 "$3" 2>/dev/null || break
    sleep 0.1
  done
  echo "did not start:" >&2
  cat "$1" "$1".err >&2 2>/dev/null || :
  return 1
}

# Starts nginx with the http section of standard input. $1 its name, $2 how many workers. Sets $started.
start_nginx() {
  local folder="$scratch/$1"
  mkdir -p "$folder"
  {
    [ "$(id -u)" -ne 0 ] || echo "user root;"
    echo "worker_processes $2; pid $folder/pid; error_log $folder/error.log; worker_rlimit_nofile 20000;"
    echo "events { worker_connections 8192; }"
    echo "http {"
    echo "  access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; tcp_nodelay on;"
    echo "  client_body_buffer_size 64k; client_body_temp_path $folder/body; proxy_temp_path $folder/proxied;"
    echo "  fastcgi_temp_path $folder/f; uwsgi_temp_path $folder/u; scgi_temp_path $folder/s;"
    cat
    echo "}"
  } >"$folder/nginx.conf"
  nginx -p "$folder" -c "$folder/nginx.conf" -g 'daemon off;' 2>"$folder/err" &
  started=$!
  processes+=("$started")
}

# An upstream that answers a chat completion of some 600 bytes whatever it is asked. Sets $upstream_url.
start_upstream() {
  local port
  port=$(free_port)
  start_nginx upstream 1 <<CONF
  server {
    listen 127.0.0.1:$port;
    default_type application/json;
    location = /status { stub_status; }
    location / {
      return 200 '{"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion","created":1764576000,"model":"bench-1","choices":[{"index":0,"message":{"role":"assistant","content":"I am sorry that your book arrived damaged. Please send a photo of the torn cover and of the loose pages; then I can refund a part of the price at once.","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":92,"completion_tokens":38,"total_tokens":130,"prompt_tokens_details":{"cached_tokens":0}},"service_tier":"default","system_fingerprint":"fp_44709d6fcb"}';
    }
  }
CONF
  upstream_url=http://127.0.0.1:$port
  await_answer "$upstream_url"
}

# nginx as the plainest proxy there is, before the address $1, with the directives $2. Sets $proxy_url and $started.
start_proxy() {
  local port
  port=$(free_port)
  start_nginx proxy 2 <<CONF
  upstream behind { server ${1#http://}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:$port;
    location / { proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; $2 }
  }
CONF
  proxy_url=http://127.0.0.1:$port
}

# An upstream of streams. $1 tokens (0: until released), $2 milliseconds between them. Sets $streams_url and $started.
start_streams() {
  (bench_java StreamUpstream "$1" "$2") >"$scratch/streams" 2>"$scratch/streams.err" &
  started=$!
  processes+=("$started")
  streams_url=http$(await_line "$scratch/streams" http "$started")
}

# Starts the gateway over the workspace $1, whose treadle.yaml is there. Sets $gateway_url and $started.
start_gateway() {
  ./treadle serve --workspace "$1" --listen 127.0.0.1:0 >"$1/out" 2>"$1/out.err" &
  started=$!
  processes+=("$started")
  gateway_url=$(await_line "$1/out" "Serving on " "$started")
}

# Tells a process to end and waits for it; fails if it says that it did not end well.
end_process() {
  kill "$1"
  wait "$1"
}

# Waits until $1 answers a chat completion as the upstream does. The other arguments are header fields.
await_answer() {
  local url=$1 try answer="" headers=()
  shift
  for try in "$@"; do headers+=(-H "$try"); done
  for try in $(seq 100); do
    answer=$(curl -s -m 5 -H 'content-type: application/json' "${headers[@]}" \
      -d "{\"model\":\"$model\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}" "$url/v1/chat/completions" || :)
    case "$answer" in *chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT*) return ;; esac
    sleep 0.1
  done
  echo "$url does not answer as the upstream does: $answer" >&2
  return 1
}

# A process and its children, in a line.
family() {
  # shellcheck disable=SC2046 # numbers, parted by blanks
  echo "$1" $(cat "/proc/$1/task/$1/children")
}

# Processor time of a process and its children so far, in clock ticks.
cpu_ticks() {
  local process ticks=0 stat
  for process in $(family "$1"); do
    stat=$(<"/proc/$process/stat")
    # shellcheck disable=SC2086 # fields are words
    set -- ${stat##*) }
    ticks=$((ticks + ${12} + ${13}))
  done
  echo "$ticks"
}

# Asks $1 with 16 connections for $2 seconds; the other arguments are header fields.
# Prints: requests, requests a second, p50 and p99 in milliseconds, answers that were none.
load() {
  local url=$1 seconds=$2 headers=()
  shift 2
  local field
  for field in "$@"; do headers+=(-H "$field"); done
  MODEL=$model wrk --latency -t1 -c16 -d"${seconds}s" --timeout 10s -s bench/gateway-request.lua "${headers[@]}" "$url/v1/chat/completions" >"$scratch/wrk" ||
    { cat "$scratch/wrk" >&2; return 1; }
  sed -n 's/^figures: //p' "$scratch/wrk"
}

# The median of column $2 of the file $1.
median() {
  sort -g -k "$2,$2" "$1" | awk -v column="$2" '{ value[NR] = $column } END { print value[int((NR + 1) / 2)] }'
}

# Prints what the lake of the workspace $1 says of exchanges in the state $2.
kept() {
  ./treadle data query --json --workspace "$1" "select count(*) n from exchanges where state = '$2'" | sed -n 's/.*"n":\([0-9]*\).*/\1/p'
}
