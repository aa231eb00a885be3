import { startBare } from './bare.ts';
import { Crowd } from './crowd.ts';
import { type Hold, hold } from './hold.ts';
import { look, type Look } from './look.ts';
import type { WaitingOptions } from './options.ts';
import { showProgress } from './progress.ts';

const WARM_UP = 100;

/** What the floor came to. */
export interface FloorFigures {
  readonly looks: readonly Look[];
  readonly held: Hold;
}

/** As many streams on a bare Node server, asked for by the same requests, with the same keepalives. */
export async function measureFloor(options: WaitingOptions): Promise<FloorFigures> {
  await using server = await startBare(options);
  {
    await using first = new Crowd(server.url, options.face);
    await first.invent(WARM_UP);
    await first.attach();
  }
  await using crowd = new Crowd(server.url, options.face);
  const looks = [await look(server, null, { when: 'floor: at rest', count: 0 })];
  const progress = showProgress('Open streams of the bare server', options.sessions);
  await crowd.invent(options.sessions);
  await crowd.attach(progress.show);
  progress.end();
  looks.push(await look(server, null, { when: 'floor: streams', count: options.sessions }));
  console.log(`Watching ${options.seconds} s of the bare server …`);
  const held = await hold(server, crowd, options.seconds);
  await crowd.leave();
  looks.push(await look(server, null, { when: 'floor: all left', count: 0 }));
  return { looks, held };
}
