// A matching session over the REST API: start it, follow it, answer its questions, cancel it.

const API = '/api/streaming';
const REOPEN_AFTER_MS = 5000;

/** The server said no; `code` and `details` are those of its error message. */
export class ApiError extends Error {
  constructor({ error_code: code, message, details }) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

async function ask(path, method, body) {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(API + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new ApiError(await response.json());
  return response;
}

/** Starts a session and returns its id. The answer is a stream, which is left alone: `follow` reads the session. */
export async function startSession(input) {
  const id = crypto.randomUUID();
  const response = await ask('/matches/interactive', 'POST', { ...input, session_id: id });
  await response.body.cancel();
  return id;
}

export async function respond(id, question, data) {
  const { interaction_id, interaction_type } = question;
  const body = { session_id: id, interaction_id, response_type: interaction_type, response_data: data };
  await ask('/interactions/respond', 'POST', body);
}

export async function cancelSession(id) {
  await ask(`/sessions/${id}`, 'DELETE');
}

/**
 * Follows a session from its start to its end, and stops there. An EventSource comes back by itself from a cut, with
 * Last-Event-ID; from a refusal it does not, so one that will pass (the server is full, or away) is waited out here.
 *
 * `hear.message` takes every message once, in order; `hear.state` takes `live`, `reconnecting` or `over`; `hear.failed`
 * takes the error of a session that cannot be followed. Returns what stops it.
 */
export function follow(id, hear) {
  let lastId = '';
  let source;
  let timer;

  function open() {
    source = new EventSource(`${API}/sessions/${id}/events${lastId && `?last_event_id=${lastId}`}`);
    source.addEventListener('open', () => hear.state('live'));
    source.addEventListener('message', take);
    source.addEventListener('error', () => {
      hear.state('reconnecting');
      if (source.readyState === EventSource.CLOSED) void reopen();
    });
  }

  function take({ data, lastEventId }) {
    const message = JSON.parse(data);
    lastId = lastEventId || lastId;
    if (isLast(message)) {
      source.close();
      hear.state('over');
    }
    hear.message(message);
  }

  async function reopen() {
    try {
      await ask(`/sessions/${id}/status`, 'GET');
    } catch (error) {
      const isForGood = error instanceof ApiError && !['unavailable', 'rate_limited'].includes(error.code);
      if (isForGood) return hear.failed(error);
    }
    timer = setTimeout(open, REOPEN_AFTER_MS);
  }

  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** A server that stops ends its streams, not the session: there is another one, or the same a little later. */
function isLast({ type, fatal, error_code }) {
  return type === 'match_results' || (type === 'error' && fatal && error_code !== 'unavailable');
}
