import type { Locale } from '../../../protocol.ts';

interface CostWords {
  /** Monday first. */
  readonly days: readonly string[];
  readonly unknown: string;
  hours(count: number): string;
  minutes(count: number): string;
  onDays(days: string): string;
  onSome(days: number, asked: number): string;
  onAll(days: number): string;
  closed(on: string): string;
  elsewhen(on: string): string;
  /** `on` begins with a space, or is empty; so too for `early`. */
  late(duration: string, on: string): string;
  early(duration: string, on: string): string;
  less(duration: string): string;
}

/** What care hours cost against a wish, in words. */
export const COST_WORDS: Readonly<Record<Locale, CostWords>> = {
  en: {
    days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    unknown: 'opening hours are not known',
    hours: (count) => (count === 1 ? '1 hour' : `${count} hours`),
    minutes: (count) => (count === 1 ? '1 minute' : `${count} minutes`),
    onDays: (days) => `on ${days}`,
    onSome: (days, asked) => `on ${days} of ${asked} days`,
    onAll: (days) => `on all ${days} days`,
    closed: (on) => `closed ${on}`,
    elsewhen: (on) => `not open at the hours wished ${on}`,
    late: (duration, on) => `opens ${duration} later than wished${on}`,
    early: (duration, on) => `closes ${duration} earlier than wished${on}`,
    less: (duration) => `open ${duration} a week less than wished`,
  },
  de: {
    days: ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag'],
    unknown: 'Öffnungszeiten sind nicht bekannt',
    hours: (count) => (count === 1 ? '1 Stunde' : `${count} Stunden`),
    minutes: (count) => (count === 1 ? '1 Minute' : `${count} Minuten`),
    onDays: (days) => `am ${days}`,
    onSome: (days, asked) => `an ${days} von ${asked} Tagen`,
    onAll: (days) => `an allen ${days} Tagen`,
    closed: (on) => `${on} geschlossen`,
    elsewhen: (on) => `${on} nicht zu den gewünschten Zeiten geöffnet`,
    late: (duration, on) => `öffnet${on} ${duration} später als gewünscht`,
    early: (duration, on) => `schließt${on} ${duration} früher als gewünscht`,
    less: (duration) => `pro Woche ${duration} weniger geöffnet als gewünscht`,
  },
};
