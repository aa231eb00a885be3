import { NOT_AUTHENTICATED_REASONS, type NotAuthenticatedReason } from '../http/authentication/not-authenticated.ts';
import type { RequestOver } from '../http/request-end.ts';
import type { Instruments } from './instruments.ts';

/** Upper bounds in seconds, from what is answered at once to a stream that lives as long as its session may. */
const REQUEST_SECONDS = [0.002_5, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 300, 1800];

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PATCH']);

/** What there is to be heard of HTTP requests. */
export interface HttpMetrics {
  /** A response is over. */
  readonly onRequestOver: (request: RequestOver) => void;
  /** A caller was refused as nobody knows them. */
  readonly onNotAuthenticated: (reason: NotAuthenticatedReason) => void;
}

/** Adds what is heard of HTTP requests. */
export function addHttpMetrics(instruments: Instruments): HttpMetrics {
  const requests = instruments.counter({
    name: 'matching_http_requests_total',
    help: 'Requests whose response is over.',
    labels: ['route', 'method', 'status'],
  });
  const durations = instruments.histogram(
    {
      name: 'matching_http_request_duration_seconds',
      help: 'From the headers of a request to the end of its response.',
      labels: ['route'],
    },
    REQUEST_SECONDS,
  );
  const strangers = instruments.counter({
    name: 'matching_not_authenticated_total',
    help: 'Requests that were refused as nobody knows their caller, by why.',
    labels: ['reason'],
  });
  // A rate over a counter that begins with its first refusals would not show them.
  for (const reason of NOT_AUTHENTICATED_REASONS) strangers.inc({ reason }, 0);
  return {
    onRequestOver({ route, method, status, ms }) {
      requests.inc({ route, method: METHODS.has(method) ? method : 'other', status: classOf(status) });
      durations.observe({ route }, ms / 1000);
    },
    onNotAuthenticated: (reason) => strangers.inc({ reason }),
  };
}

/** `2xx` of 204; `none` where nothing was answered. */
function classOf(status: number): string {
  return status === 0 ? 'none' : `${Math.floor(status / 100)}xx`;
}
