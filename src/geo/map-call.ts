import type { MapFailure } from './map-service.ts';

/** One attempt to ask a map service; for operators. It has nothing of what was asked. */
export interface MapCall {
  /** Such as `mapbox-geocoding`. */
  readonly service: string;
  /** `ok`; why it could not be asked; `aborted`, as nobody wanted the answer any more; `failed` for anything else. */
  readonly outcome: 'ok' | MapFailure | 'aborted' | 'failed';
  /** How long it waited for its turn, milliseconds. */
  readonly waitMs: number;
  /** From sending to the end of the answer, milliseconds; null where nothing was sent. */
  readonly callMs: number | null;
}

/** Hears of every attempt, and of requests that were refused as the service rests. */
export type OnMapCall = (call: MapCall) => void;
