"""A matching session by Python's standard library:  python3 examples/client.py [parent id] [url] [answer ...]"""
import http.client, json, sys, time, urllib.error, urllib.request, uuid

DEFAULTS = ["550e8400-e29b-41d4-a716-446655440001", "http://127.0.0.1:8001"]
parent_id, url, *given = sys.argv[1:] + DEFAULTS[len(sys.argv) - 1 :]
session_id, last_id = str(uuid.uuid4()), 0
PASSING = ["unavailable", "rate_limited", "invalid_response", "interaction_already_answered"]

def post(path, **body):
    headers = {"Content-Type": "application/json", "Last-Event-ID": str(last_id)}
    body = json.dumps({"session_id": session_id, **body}).encode()
    return urllib.request.urlopen(urllib.request.Request(url + "/api/streaming" + path, body, headers), timeout=75)

def answer(kind, question):
    print(question["question"], *(f"\n  {option['value']}: {option['label']}" for option in question.get("options", [])))
    typed = given.pop(0) if given else input("> ")
    data = {"address": typed} if kind == "location_input" else {"confirmed": typed == "yes"}
    data = {"selected_option": {"value": typed}} if kind == "choice" else data
    data, question_id = data if typed else {"declined": True}, question["interaction_id"]
    post("/interactions/respond", interaction_id=question_id, response_type=kind, response_data=data)

def show(message):
    if message["type"] == "processing_update":
        print(f"{message['progress']:4.0%} {message['details']}")
    elif message["type"] == "user_interaction":
        answer(message["interaction_type"], message)
    elif message["type"] == "match_results":
        sys.exit(print(*(f"{offer['score']:.2f} {offer['center_name']}" for offer in message["offers"]), sep="\n"))
    elif message["type"] == "error":
        print(message["message"], *(issue["message"] for issue in message["details"]["issues"]))
        if message["fatal"] and message["error_code"] not in PASSING:
            sys.exit(1)

while True:  # The same start again attaches to the session, after the last message that was dealt with.
    try:
        for line in post("/matches/interactive", parent_id=parent_id, limit=5):
            if line.startswith(b"data: ") and line.endswith(b"\n"):
                show(message := json.loads(line[6:]))
                last_id = message.get("sequence") or last_id
    except urllib.error.HTTPError as error:
        show(json.load(error))
    except EOFError:
        sys.exit("There is nobody to ask: give the answers as arguments, or run this at a terminal.")
    except (OSError, http.client.HTTPException):
        print("The connection is cut; trying again ...", file=sys.stderr)
    time.sleep(2)
