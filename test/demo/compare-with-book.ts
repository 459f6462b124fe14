// What a hunt found against what the generator planted: the book knows nothing of the engine.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Book } from '../generator/stories.ts';

interface FoundAlert {
  readonly '@timestamp': string;
  readonly 'kibana.alert.new_terms': readonly string[];
  readonly 'coldhunt.copies': readonly unknown[];
  readonly 'coldhunt.baseline': string;
}

interface FoundSummary {
  readonly rules: readonly {
    readonly unkeyed: number;
    readonly matches: { readonly excepted: number };
    readonly warnings: readonly string[];
  }[];
}

interface FoundCoverage {
  readonly state: string;
  readonly lines: { readonly malformed: number };
  readonly objects: { readonly failed: number };
}

/** Reads the run folder and gives a table: each story, what was planted, what was found. */
export async function compareWithBook(out: string, book: Book): Promise<{ text: string; isEqual: boolean }> {
  const read = async (name: string): Promise<string> => readFile(join(out, name), 'utf8');
  const alerts = (await read('alerts.ndjson'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FoundAlert);
  const summary = JSON.parse(await read('summary.json')) as FoundSummary;
  const coverage = JSON.parse(await read('coverage.json')) as FoundCoverage;
  const [rule] = summary.rules;
  const rows: (readonly [string, string, string])[] = book.alerts.map((expected, index) => {
    const found = alerts[index];
    const planted = describe(expected.time, expected.hostId, expected.copies);
    const given =
      found === undefined
        ? 'nothing'
        : describe(found['@timestamp'], found['kibana.alert.new_terms'].join(','), found['coldhunt.copies'].length);
    return [expected.story, planted, given] as const;
  });
  rows.push(['no other alert', String(book.alerts.length), String(alerts.length)]);
  rows.push([
    'every baseline complete',
    'complete',
    [...new Set(alerts.map((alert) => alert['coldhunt.baseline']))].join(','),
  ]);
  rows.push(['match without host.id', String(book.unkeyed), String(rule?.unkeyed)]);
  rows.push(['excepted host', String(book.excepted), String(rule?.matches.excepted)]);
  const warning = rule?.warnings.find((text) => text.includes(book.clonedHostId)) ?? '';
  rows.push([
    'cloned host id named',
    book.clonedNames.join(' '),
    book.clonedNames.filter((name) => warning.includes(name)).join(' '),
  ]);
  rows.push(['torn line', `${book.tornLines} incomplete`, `${coverage.lines.malformed} ${coverage.state}`]);
  rows.push(['objects that failed', '0', String(coverage.objects.failed)]);
  const isEqual = rows.every(([, planted, found]) => planted === found);
  const lines = rows.map(
    ([story, planted, found]) =>
      `  ${planted === found ? 'ok ' : 'NOT'} ${story.padEnd(28)} planted ${planted}${planted === found ? '' : `\n      ${''.padEnd(28)} found   ${found}`}`,
  );
  return {
    text: `Planted and found:\n${lines.join('\n')}\n${isEqual ? 'Everything planted was found, and nothing else.' : 'What was found differs from what was planted.'}`,
    isEqual,
  };
}

function describe(time: string, hostId: string, copies: number): string {
  return `${time} ${hostId}${copies === 0 ? '' : ` with ${copies} copies`}`;
}
