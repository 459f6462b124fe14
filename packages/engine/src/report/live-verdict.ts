// What a hunt in mode `parity` says of the live rules: what they miss, and what is not known of them.

import { countOf } from '@coldhunt/core';
import type { LiveResult } from '../reduce/output.ts';
import type { RuleSummary } from './output.ts';

/** Sentences of the verdict; none in mode `complete`. */
export function describeLive(rules: readonly Pick<RuleSummary, 'live'>[]): string[] {
  const live = rules.flatMap(({ live: own }) => own ?? []);
  if (live.length === 0) return [];
  const sum = (of: (result: LiveResult) => number): number => live.reduce((total, result) => total + of(result), 0);
  const missed = [
    ...told(
      sum(({ late }) => late),
      'arrived after the last execution that would have looked at',
      'it',
      'them',
    ),
    ...told(
      sum(({ unseen }) => unseen),
      'at no time that an execution looks at',
    ),
    ...told(
      sum(({ cut }) => cut),
      'left out by max_signals',
    ),
  ];
  const unknown = sum(({ arrival_unknown: number }) => number);
  return [
    'This is what the live rules would have raised on an ideal schedule.',
    ...(missed.length === 0 ? [] : [`They miss of what matches: ${missed.join(', ')}.`]),
    ...(unknown === 0
      ? []
      : [
          `Of ${countOf(unknown, 'matching event')} it is not known when ${unknown === 1 ? 'it' : 'they'} arrived (no event.ingested): taken as there at once.`,
        ]),
  ];
}

function told(number: number, what: string, one = '', more = ''): readonly string[] {
  return number === 0 ? [] : [`${countOf(number, 'event')} ${what} ${number === 1 ? one : more}`.trim()];
}
