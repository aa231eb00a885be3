/**
 * Names for made-up centers. They sound like German day-care centers and are put together from words that make no
 * known house: the form, two halves of a fairy-tale place, and the locality.
 */

const FORMS = ['Kita', 'Kinderhaus', 'Kinderladen', 'Kindertagesstätte', 'Kindergarten'] as const;

const FIRST_HALVES = [
  'Murmel',
  'Wolken',
  'Himbeer',
  'Kiesel',
  'Igel',
  'Mond',
  'Löwenzahn',
  'Zaunkönig',
  'Knopf',
  'Drachen',
  'Hummel',
  'Brombeer',
  'Laternen',
  'Muschel',
  'Eichhorn',
  'Nebel',
  'Pfützen',
  'Seifenblasen',
  'Kobold',
  'Holunder',
  'Biber',
  'Glühwurm',
  'Papierboot',
] as const;

const SECOND_HALVES = [
  'nest',
  'hügel',
  'insel',
  'wiese',
  'bande',
  'burg',
  'tal',
  'ufer',
  'höhle',
  'werkstatt',
  'pfad',
  'bach',
  'hafen',
] as const;

const STREET_BEGINNINGS = [
  'Kieselbach',
  'Drachenstein',
  'Mondhof',
  'Igelwinkel',
  'Nebeltal',
  'Knopfmacher',
  'Hummelfeld',
  'Siebenstern',
  'Windfang',
  'Silberdistel',
  'Apfelkamp',
  'Schneckenberg',
  'Federkiel',
  'Zwirner',
  'Kupferkessel',
  'Zimtmühlen',
  'Laternenmacher',
  'Papierboot',
  'Murmelstein',
  'Kreiselmacher',
] as const;

const STREET_ENDINGS = ['weg', 'straße', 'gasse', 'zeile', 'steig', 'ring', 'damm'] as const;

const HALVES = FIRST_HALVES.length * SECOND_HALVES.length;
const PHRASES = FORMS.length * HALVES;

/** Has no divisor in common with the number of phrases (5 · 23 · 13), so that its multiples visit every one of them. */
const STRIDE = 611_953;

/**
 * The name of the locality's center number `index`, from 0: no two of a locality are the same. `offset` makes
 * localities begin at different phrases.
 */
export function centerName(locality: string, index: number, offset: number): string {
  const phrase = ((index + offset) * STRIDE) % PHRASES;
  const round = Math.floor(index / PHRASES);
  const form = at(FORMS, phrase);
  const place = compound(Math.floor(phrase / FORMS.length));
  return round === 0 ? `${form} ${place} ${locality}` : `${form} ${place} ${locality} ${round + 1}`;
}

/** The name of a street that is made up; `index` is any whole number from 0. */
export function streetName(index: number): string {
  return at(STREET_BEGINNINGS, index) + at(STREET_ENDINGS, Math.floor(index / STREET_BEGINNINGS.length));
}

/** A name as part of a host name: lower case, ASCII letters, digits and hyphens (RFC 952). */
export function hostLabel(name: string): string {
  const ascii = name
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss');
  return ascii.replaceAll(/[^a-z0-9]+/gu, '-');
}

function compound(index: number): string {
  return at(FIRST_HALVES, index) + at(SECOND_HALVES, Math.floor(index / FIRST_HALVES.length));
}

/** The item at an index that may lie beyond the end, where the list begins again. */
function at(list: readonly string[], index: number): string {
  return list[index % list.length] ?? '';
}
