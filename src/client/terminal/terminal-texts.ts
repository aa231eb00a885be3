import type { Locale } from '../../protocol.ts';

/** What the terminal says of its own. */
export interface TerminalTexts {
  readonly address: string;
  readonly confirm: string;
  choice(count: number): string;
  readonly declined: string;
  readonly notConfirmed: string;
  notChosen(count: number): string;
  misfit(reasons: string): string;
  offers(count: number, evaluated: number): string;
  readonly noOffers: string;
  /** Before what other limits would add. */
  readonly additions: string;
  readonly columns: { readonly score: string; readonly center: string };
  freePlaces(count: number): string;
}

/** By locale. */
export const TERMINAL_TEXTS: Readonly<Record<Locale, TerminalTexts>> = {
  en: {
    address: 'Address, or latitude, longitude (empty: decline)',
    confirm: 'y/n (empty: decline)',
    choice: (count) => `1 to ${count} (empty: decline)`,
    declined: 'Declined.',
    notConfirmed: 'Please type y for yes or n for no, or leave the line empty to decline.',
    notChosen: (count) => `Please type a number from 1 to ${count}, or leave the line empty to decline.`,
    misfit: (reasons) => `That answer does not fit: ${reasons}`,
    offers: (count, evaluated) => `${count} of ${evaluated} centers:`,
    noOffers: 'No center was found.',
    additions: 'What would add centers:',
    columns: { score: 'Score', center: 'Center' },
    freePlaces: (count) => `${count} free`,
  },
  de: {
    address: 'Adresse oder Breitengrad, Längengrad (leer: keine Angabe)',
    confirm: 'j/n (leer: keine Angabe)',
    choice: (count) => `1 bis ${count} (leer: keine Angabe)`,
    declined: 'Keine Angabe.',
    notConfirmed: 'Bitte j für ja oder n für nein eingeben oder die Zeile leer lassen, um nichts anzugeben.',
    notChosen: (count) =>
      `Bitte eine Zahl von 1 bis ${count} eingeben oder die Zeile leer lassen, um nichts anzugeben.`,
    misfit: (reasons) => `Diese Antwort passt nicht: ${reasons}`,
    offers: (count, evaluated) => `${count} von ${evaluated} Kitas:`,
    noOffers: 'Es wurde keine Kita gefunden.',
    additions: 'Was mehr Kitas brächte:',
    columns: { score: 'Wert', center: 'Kita' },
    freePlaces: (count) => `${count} frei`,
  },
};
