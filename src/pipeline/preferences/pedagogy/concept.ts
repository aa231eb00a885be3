/**
 * What is the same of two ways to write a concept: letter case, umlauts and accents (`Fröbel`, `Froebel`, `Frobel`),
 * and whether its words are parted by spaces, hyphens or underscores. Two names mean the same when this is equal.
 */
export function conceptKey(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/([aou])e/g, '$1')
    .replaceAll(/[\s_\-‐–]+/g, ' ')
    .trim();
}

/** The concept as it is said to people: `Reggio Emilia` of `reggio_emilia`. A name with capitals stays as it is. */
export function conceptName(name: string): string {
  const spaced = name.replaceAll('_', ' ').trim();
  if (spaced !== spaced.toLowerCase()) return spaced;
  return spaced.replaceAll(/(?<![\p{Letter}\p{Mark}])\p{Letter}/gu, (initial) => initial.toUpperCase());
}
