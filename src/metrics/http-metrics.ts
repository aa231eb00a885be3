import type { RequestOver } from '../http/request-end.ts';
import type { Instruments } from './instruments.ts';

/** Upper bounds in seconds, from what is answered at once to a stream that lives as long as its session may. */
const REQUEST_SECONDS = [0.002_5, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 300, 1800];

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PATCH']);

/** Adds what is heard of HTTP requests. */
export function addHttpMetrics(instruments: Instruments): (request: RequestOver) => void {
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
  return ({ route, method, status, ms }) => {
    requests.inc({ route, method: METHODS.has(method) ? method : 'other', status: classOf(status) });
    durations.observe({ route }, ms / 1000);
  };
}

/** `2xx` of 204; `none` where nothing was answered. */
function classOf(status: number): string {
  return status === 0 ? 'none' : `${Math.floor(status / 100)}xx`;
}
