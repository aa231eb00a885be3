import { describe } from 'vitest';
import { answersContract } from './contract/answers.ts';
import { endsContract } from './contract/ends.ts';
import { fenceContract } from './contract/fence.ts';
import { logContract } from './contract/log.ts';
import { misfitsContract } from './contract/misfits.ts';
import { questionsContract } from './contract/questions.ts';
import { recordsContract } from './contract/records.ts';
import { registryContract } from './contract/registry.ts';
import { rewindsContract } from './contract/rewinds.ts';
import type { OpenStore } from './contract/setup.ts';
import { startsContract } from './contract/starts.ts';
import { watchContract } from './contract/watch.ts';

/** Its parts, each about one noun. */
const PARTS: readonly ((open: OpenStore) => void)[] = [
  startsContract,
  logContract,
  fenceContract,
  rewindsContract,
  recordsContract,
  questionsContract,
  answersContract,
  misfitsContract,
  endsContract,
  registryContract,
  watchContract,
];

/** The promises of SessionStore, for every implementation: run unchanged on each. */
export function sessionStoreContract(name: string, open: OpenStore): void {
  describe(`${name}, as a session store`, () => {
    for (const part of PARTS) part(open);
  });
}
