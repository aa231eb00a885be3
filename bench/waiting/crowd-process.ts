// A process of clients: its own, so that what they cost is not counted as the server's.
//
//   fork('crowd-process.ts', [url, face])
import { Agent } from 'node:http';
import { type CrowdReply, type CrowdRequest } from './crowd-messages.ts';
import { FACES, type FaceName } from './face.ts';
import { type Heard, Visitor, type Way } from './visitor.ts';
import { readWallClock } from './wall-clock.ts';

/** How many of this process's clients do something side by side. */
const AT_ONCE = 50;
const PROGRESS_EVERY = 100;

const [url = '', face = 'graphql'] = process.argv.slice(2);
const way: Way = {
  face: FACES[face as FaceName],
  streams: { url, agent: new Agent({ keepAlive: false }) },
  calls: { url, agent: new Agent({ keepAlive: true, maxSockets: AT_ONCE }) },
};
const heard: Heard = { open: 0, keepalives: 0, events: 0, cut: 0 };
/** Those whose session waits. */
let visitors: Visitor[] = [];

process.on('message', (request: CrowdRequest) => {
  carryOut(request).then(
    (value) => say({ kind: 'done', value }),
    (error: unknown) => say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

async function carryOut(request: CrowdRequest): Promise<unknown> {
  switch (request.verb) {
    case 'begin':
      visitors = newVisitors(request.count);
      return forEach(visitors, (visitor) => visitor.begin());
    case 'invent':
      visitors = newVisitors(request.count);
      return null;
    case 'attach':
      return forEach(visitors, (visitor) => visitor.attach());
    case 'tally':
      return heard;
    case 'answer':
      return answer(visitors.splice(0, request.count));
    case 'cancel':
      return forEach(visitors.splice(0), (visitor) => visitor.cancel());
    case 'leave':
      for (const visitor of visitors.splice(0)) visitor.leave();
      return null;
  }
}

function newVisitors(count: number): Visitor[] {
  return Array.from({ length: count }, () => new Visitor(way, heard));
}

/** One after the other: what is measured is how long the way is, not how long the queue. */
async function answer(answering: readonly Visitor[]): Promise<unknown> {
  const now = readWallClock();
  const arrivals = [];
  for (const visitor of answering) arrivals.push(...(await visitor.answer(now)));
  return arrivals;
}

async function forEach(all: readonly Visitor[], work: (visitor: Visitor) => Promise<void>): Promise<null> {
  const left = all.values();
  let done = 0;
  const workOn = async (): Promise<void> => {
    for (const visitor of left) {
      await work(visitor);
      done += 1;
      if (done % PROGRESS_EVERY === 0) say({ kind: 'progress', done });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workOn));
  return null;
}

function say(reply: CrowdReply): void {
  process.send?.(reply);
}
