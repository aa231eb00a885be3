import { MapServiceUnavailable, type MapRequest, type MapService } from '../../src/geo/map-service.ts';

/** What a scripted service was asked. */
export interface Asked {
  readonly url: URL;
  readonly body: unknown;
}

export interface ScriptedMapService extends MapService {
  readonly asked: readonly Asked[];
  /** The most calls that were under way at once. */
  readonly mostAtOnce: number;
}

/**
 * A map service without HTTP: `answer` gives the body, or throws. A body of another shape than was asked for is garbled,
 * as it is over HTTP. `onWait`, where one is given, hears of a wait of 250 ms before each call.
 */
export function scriptMapService(answer: (asked: Asked) => unknown): ScriptedMapService {
  const asked: Asked[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  return {
    name: 'scripted',
    asked,
    get mostAtOnce() {
      return mostAtOnce;
    },
    async request<T>({ url, body, answer: shape, signal, onWait }: MapRequest<T>): Promise<T> {
      signal.throwIfAborted();
      asked.push({ url, body });
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      try {
        await onWait?.(250);
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        const parsed = shape.safeParse(answer({ url, body }));
        if (!parsed.success) throw new MapServiceUnavailable('scripted', 'garbled');
        return parsed.data;
      } finally {
        atOnce -= 1;
      }
    },
  };
}
