import type { MatchResultsMessage, RestComplexMatch, RestOffer, RestSimpleMatch } from '../../rest-protocol.ts';
import { shown } from '../shown-text.ts';
import type { TerminalTexts } from './terminal-texts.ts';

/**
 * The results as a table: rank, score and name of each offer, what it costs and its details under it; then what other
 * limits would add, and the warnings at the end.
 */
export function resultLines(
  { offers, counterfactuals, processing_details: details }: MatchResultsMessage,
  texts: TerminalTexts,
): string[] {
  const { score, center } = texts.columns;
  const rank = Math.max(2, String(offers.length).length);
  const head = `${'#'.padStart(rank)}  ${score}  ${center}`;
  const indent = ' '.repeat(rank + score.length + 4);
  const rows = offers.flatMap((offer, index) => [
    `${String(index + 1).padStart(rank)}  ${offer.score.toFixed(2).padStart(score.length)}  ${shown(offer.center_name)}`,
    ...detailsOf(offer, texts).map((line) => `${indent}${line}`),
  ]);
  const table =
    offers.length === 0 ? [texts.noOffers] : [texts.offers(offers.length, details.centers_evaluated), head, ...rows];
  const others = counterfactuals.map((one) => `  ${shown(one.details)}`);
  const additions = others.length === 0 ? [] : [texts.additions, ...others];
  return [...table, ...additions, ...details.warnings.map(({ message }) => `! ${shown(message)}`)];
}

function detailsOf({ preference_matches: matches, explanation, center }: RestOffer, texts: TerminalTexts): string[] {
  const lines = [
    ...(explanation === undefined ? [] : [shown(explanation)]),
    ...Object.entries(matches.complex_preferences).map(([type, match]) => matchLine(type, match)),
    ...Object.entries(matches.simple_preferences).map(([type, match]) => matchLine(type, match)),
  ];
  if (center === undefined) return lines;
  const { address, free_places: free, phone, website } = center;
  const facts = [address, free === null ? null : texts.freePlaces(free), phone, website];
  return [...lines, facts.flatMap((fact) => (fact === null ? [] : [shown(fact)])).join(' · ')];
}

/** `+` satisfied, `-` not, `?` where nothing is known of it. */
function matchLine(type: string, match: RestComplexMatch | RestSimpleMatch): string {
  const sign = match.score === null ? '?' : match.satisfied ? '+' : '-';
  const details = typeof match.details === 'string' ? match.details : type.replaceAll('_', ' ');
  return `${sign} ${shown(details)}`;
}
