import { MapServiceUnavailable } from '../map-service.ts';

/** Whether a request failed because the service does not work, rather than because of what it was asked. */
export function isServiceFault(thrown: unknown): boolean {
  if (!(thrown instanceof MapServiceUnavailable)) return false;
  switch (thrown.failure) {
    case 'network':
    case 'timeout':
    case 'garbled':
      return true;
    case 'status':
      return thrown.status !== null && thrown.status >= 500;
    case 'spent':
    case 'busy':
    case 'resting':
      return false;
  }
}

/** Whether the same request may well do better in a moment. */
export function isWorthRetrying(thrown: unknown): boolean {
  return isServiceFault(thrown) || (isRefusal(thrown) && thrown.status === 429);
}

/** Whether the service answered, be it by a refusal. */
export function isRefusal(thrown: unknown): thrown is MapServiceUnavailable {
  return thrown instanceof MapServiceUnavailable && thrown.failure === 'status' && !isServiceFault(thrown);
}
