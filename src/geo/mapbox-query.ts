/** What Mapbox Geocoding v6 takes at most: characters, and words or numbers with blanks or signs between them. */
const MOST_CHARACTERS = 256;
const MOST_WORDS = 20;

/** What is left of a character that was cut in two. */
const HALF_A_CHARACTER = /\p{Cs}$/u;

/**
 * What a person typed, as Mapbox Geocoding v6 takes it: no `;`, which would part a batch, no more than 256 characters and
 * 20 words or numbers. Empty where it has neither word nor number.
 */
export function mapboxQuery(typed: string): string {
  const text = typed.replaceAll(/[;\s]+/gu, ' ').trim();
  const cut = text.slice(0, MOST_CHARACTERS).replace(HALF_A_CHARACTER, '');
  const words = [...cut.matchAll(/[\p{L}\p{M}\p{N}]+/gu)];
  if (words.length === 0) return '';
  const tooMany = words[MOST_WORDS];
  return (tooMany ? cut.slice(0, tooMany.index) : cut).trim();
}
