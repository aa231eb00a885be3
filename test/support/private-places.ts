import { DEMO_PARENTS } from '../../src/db/seed/demo-parents.ts';

/** A place that nobody lives at, which tests of privacy give as an answer. */
export const CANARY = {
  address: 'Zeisigkanarienweg 4711, Berlin',
  spot: { latitude: 52.518273645, longitude: 13.391827364 },
} as const;

/** Of the wishes and the answers of the suite's own sessions; in lower case. */
const SAID = ['zeisig', 'kanarienweg', ' 4711,', 'potsdamer', 'den linden', 'hauptstra', 'alexanderplatz'];
const NAMES = [
  ...SAID,
  ...DEMO_PARENTS.map(({ homeAddress }) => (homeAddress ?? '').replace(/,.*$/u, '').toLowerCase()),
].filter((name) => name !== '');

/** Four decimals are about ten metres: nothing but a coordinate of Berlin is written so. */
const PRECISE = /(?<![\d.])(?:52[.,][3-6]|13[.,][0-7])\d{3,}/gu;

/** Two decimals are a kilometre, and say so much only as a pair. */
const ROUGH = [/(?<![\d.])52[.,][3-6]\d/u, /(?<![\d.])13[.,][0-7]\d/u] as const;

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/gu;

/** What of the places of people a text says: names of the suite's own sessions, and any coordinates in Berlin. */
export function placesIn(text: string): readonly string[] {
  const plain = text
    .replaceAll(TIME, '')
    .replaceAll(/%20|\+/gu, ' ')
    .toLowerCase();
  const rough = ROUGH.map((pattern) => pattern.exec(plain)?.[0]);
  return [
    ...NAMES.filter((name) => plain.includes(name)),
    ...(plain.match(PRECISE) ?? []),
    ...(rough.includes(undefined) ? [] : [rough.join(' ')]),
  ];
}

const leaks: string[] = [];

/** Notes a text that a log, or whoever is refused, was given, where it says a place; the test then fails at its end. */
export function watchForPlaces(text: string): void {
  const places = placesIn(text);
  if (places.length > 0) leaks.push(`${places.join(', ')} in: ${text}`);
}

/** What was noted since the last time. */
export function takeLeaks(): readonly string[] {
  return leaks.splice(0);
}
