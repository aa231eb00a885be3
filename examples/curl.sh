#!/bin/sh
# The REST API by curl alone: start, status, respond, resume, cancel.
#
#   sh examples/curl.sh [url]
set -eu
api="${1:-http://127.0.0.1:8001}/api/streaming"
parent=550e8400-e29b-41d4-a716-446655440001

# Says what is done, and does it: a request with its JSON.
step() { printf '\n# %s\n' "$*"; }
request() { curl --silent --show-error --no-buffer --header 'Content-Type: application/json' "$@"; }
new_id() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# The stream of a start, in the background; it ends by itself. A start with an id can be sent again.
start() { request "$api/matches/interactive" --data "{\"parent_id\": \"$parent\", \"limit\": 3, \"session_id\": \"$1\"}"; }
status() { request "$api/sessions/$1/status" --write-out '\n'; }
wait_for_question() {
  tries=60
  until status "$1" | grep -q '"interaction_id":"interaction_0"'; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then echo 'no question came within a minute' >&2; exit 1; fi
    sleep 1
  done
}

session=$(new_id)
step "start $session"
start "$session" &
stream=$!
wait_for_question "$session"

step status
status "$session"

step respond
request "$api/interactions/respond" --data "{
  \"session_id\": \"$session\",
  \"interaction_id\": \"interaction_0\",
  \"response_type\": \"location_input\",
  \"response_data\": {\"address\": \"Potsdamer Platz 1, Berlin\", \"source\": \"user_address\"}
}"
wait "$stream"

step 'resume after message 2, as after a lost connection'
request "$api/sessions/$session/events" --header 'Last-Event-ID: 2'

session=$(new_id)
step "start $session"
start "$session" &
stream=$!
wait_for_question "$session"

step cancel
request --request DELETE "$api/sessions/$session"
wait "$stream"
