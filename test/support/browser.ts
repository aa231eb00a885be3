import { chromium, type Browser } from 'playwright-core';
import { bringProgram, sayAloud, type BringOptions } from './services/bring-program.ts';
import { findProgram } from './services/find-service.ts';
import { thisMachine } from './services/machine.ts';

/** How long a test of a page may take: the first one on a machine may have to install the browser. */
export const BROWSER_TEST_TIMEOUT_MS = 300_000;

/** A cold machine of two cores that runs other tests besides may take long to bring the first window up. */
const LAUNCH_LIMIT_MS = 60_000;

/** A browser that runs as root and in containers, and asks nobody on the network for anything of its own. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

/**
 * A Chromium without a window: that of CHROMIUM_PATH, the one on the machine, or one installed by apt. Disposal ends it,
 * and so does the end of this process. Rejects with ProgramMissing or InstallFailed.
 */
export async function openBrowser(options: BringOptions = {}): Promise<Browser> {
  const executablePath = await bringProgram('chromium', options);
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS], timeout: LAUNCH_LIMIT_MS });
}

/** Whether a browser is here or can be installed; where it is not, tests of pages are left out, which is said. */
export function hasBrowser(): boolean {
  const found = findProgram('chromium', thisMachine());
  if (found.kind === 'missing') sayAloud(`The tests of pages are left out.\n${found.instructions}`);
  return found.kind !== 'missing';
}
