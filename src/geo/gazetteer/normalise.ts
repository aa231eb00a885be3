/** The word for the city itself: every place here is in it, so names are compared without it. */
const CITY = 'berlin';

const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['str', 'strasse'],
  ['pl', 'platz'],
]);

/** Lower case, without accents and umlauts, ß as ss. Signs stay as they are. */
export function foldText(text: string): string {
  return text.toLowerCase().replaceAll('ß', 'ss').normalize('NFKD').replaceAll(/\p{M}/gu, '');
}

/** Whether a folded word says no more than that the place is in Berlin. */
export function isCity(word: string): boolean {
  return word === CITY;
}

/**
 * One key for all the ways to write a name: its folded words without what stands between them, abbreviations of kinds of
 * street written out. An umlaut counts as its letter alone, so "ue" does too, in every name alike; of a run of s one
 * counts, as ß, ss and the s of "Schlosstraße" go wrong most.
 */
export function keyOfWords(words: readonly string[]): string {
  return words
    .map(writtenOut)
    .join('')
    .replaceAll(/([aou])e/g, '$1')
    .replaceAll(/s+/g, 's');
}

/** The key of a name of the gazetteer. */
export function keyOfName(name: string): string {
  const words = foldText(name).match(/\p{L}+|\d+/gu) ?? [];
  return keyOfWords(words.filter((word) => !isCity(word)));
}

function writtenOut(word: string): string {
  const whole = ABBREVIATIONS.get(word);
  if (whole !== undefined) return whole;
  return word.endsWith('str') ? `${word}asse` : word;
}
