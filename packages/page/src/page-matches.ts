// Matches that raised no alert -> a block of the page: by host and time for the page of a host, and when a term was seen before for that of an
// alert. Bounded: of more than a limit the page has none, and says so.

import { compressBlock, type Block } from './compressed-block.ts';

export interface PageMatch {
  readonly ruleId: string;
  readonly timeMs: number;
  /** `alert`, `known`, `copy`, `history`, … */
  readonly verdict: string;
  /** Names of the host that it is of. */
  readonly hosts: readonly string[];
  readonly terms: readonly string[];
  /** The match before it of the same rule and terms; null: none was seen. */
  readonly beforeMs: number | null;
}

/** In columns; times in order, the first since 1970 and then the differences. */
export interface PageMatches {
  readonly hosts: readonly string[];
  readonly rules: readonly string[];
  readonly verdicts: readonly string[];
  readonly host: readonly number[];
  readonly rule: readonly number[];
  readonly verdict: readonly number[];
  readonly times: readonly number[];
  /** Alerts whose terms were seen before, by `lastSeenKey`: milliseconds. */
  readonly lastSeen: Readonly<Record<string, number>>;
}

export interface MatchesBlock {
  readonly block: Block;
  /** Rows: matches without an alert, by host. */
  readonly count: number;
}

/** By what an alert finds when its terms were seen before. */
function lastSeenKey(ruleId: string, timeMs: number, terms: readonly string[]): string {
  return JSON.stringify([ruleId, timeMs, ...terms]);
}

/** In any order. */
export function packMatches(matches: readonly PageMatch[]): MatchesBlock {
  const [hosts, rules, verdicts] = [createPlaces(), createPlaces(), createPlaces()];
  const lastSeen: Record<string, number> = {};
  const rows: { readonly at: number; readonly host: number; readonly rule: number; readonly verdict: number }[] = [];
  for (const { ruleId, timeMs, verdict, hosts: names, terms, beforeMs } of matches) {
    if (verdict !== 'alert') {
      for (const name of names)
        rows.push({
          at: timeMs,
          host: hosts.placeOf(name),
          rule: rules.placeOf(ruleId),
          verdict: verdicts.placeOf(verdict),
        });
    } else if (beforeMs !== null) lastSeen[lastSeenKey(ruleId, timeMs, terms)] = beforeMs;
  }
  rows.sort((a, b) => a.at - b.at);
  const packed: PageMatches = {
    hosts: hosts.values,
    rules: rules.values,
    verdicts: verdicts.values,
    host: rows.map(({ host }) => host),
    rule: rows.map(({ rule }) => rule),
    verdict: rows.map(({ verdict }) => verdict),
    times: rows.map(({ at }, index) => at - (rows[index - 1]?.at ?? 0)),
    lastSeen,
  };
  return { block: compressBlock('matches', JSON.stringify(packed)), count: rows.length };
}

function createPlaces(): { readonly values: string[]; placeOf(value: string): number } {
  const values: string[] = [];
  const places = new Map<string, number>();
  return {
    values,
    placeOf: (value) => {
      const known = places.get(value);
      if (known !== undefined) return known;
      places.set(value, values.length);
      return values.push(value) - 1;
    },
  };
}
