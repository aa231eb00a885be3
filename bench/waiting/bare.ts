import { join } from 'node:path';
import { FACES } from './face.ts';
import { type MeasuredProcess, startMeasured } from './measured-process.ts';
import type { WaitingOptions } from './options.ts';

/** Starts the floor, with the keepalives of the face. */
export async function startBare({ face, keepaliveMs }: WaitingOptions): Promise<MeasuredProcess> {
  const spoken = FACES[face];
  return startMeasured({
    module: join(import.meta.dirname, 'bare-server.ts'),
    args: [String(spoken.keepaliveMs(keepaliveMs)), spoken.keepalive],
  });
}
