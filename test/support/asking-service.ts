import { systemClock } from '../../src/clock.ts';
import type { Pipeline } from '../../src/pipeline/run-context.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import { SessionRunner } from '../../src/session/session-runner.ts';
import { createSessionService, type SessionService } from '../../src/session/session-service.ts';
import { RecordingLog } from './recording-log.ts';
import { alwaysAlive, locationQuestion, noOffers } from './session-samples.ts';

/** The session of `demo` that asks where somebody works, as `interaction_0`, and waits. */
export const ASKING_SESSION = 'asking-session';

/**
 * The real door over a store in memory. Any parent may be searched for; a search ends at once and without offers, that
 * of `ASKING_SESSION` when its question is answered.
 */
export async function startAskingService() {
  const store = new MemorySessionStore(systemClock);
  const log = new RecordingLog();
  const pipeline: Pipeline = {
    admit: async () => {},
    async run(context) {
      if (context.sessionId === ASKING_SESSION) await context.ask('work', locationQuestion());
      return noOffers();
    },
  };
  const interactionTimeoutMs = 60_000;
  const runner = new SessionRunner({
    store,
    pipeline,
    lifeline: alwaysAlive,
    clock: systemClock,
    log,
    interactionTimeoutMs,
  });
  const times = { maxLifeMs: 600_000, retentionMs: 600_000 };
  const service: SessionService = createSessionService({
    ...times,
    store,
    runner,
    pipeline,
    clock: systemClock,
    instance: 'one',
    wrongAnswersPerQuestion: Number.MAX_SAFE_INTEGER,
  });
  const parentId = '550e8400-e29b-41d4-a716-446655440001';
  const { events } = await service.start('demo', { parentId, sessionId: ASKING_SESSION });
  await events.next();
  await events.return?.();
  return {
    service,
    async [Symbol.asyncDispose]() {
      await runner.drain(0);
      await store.close();
    },
  };
}
