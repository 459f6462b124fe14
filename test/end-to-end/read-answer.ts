// The files of a run that must be the same bytes whoever did the work: alerts, coverage, unkeyed, and every ledger record.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Path -> text. */
export async function readAnswer(out: string): Promise<Record<string, string>> {
  const ledgers = (await readdir(join(out, 'scan'))).filter((name) => name.endsWith('.ledger.json')).toSorted();
  const paths = ['alerts.ndjson', 'unkeyed.ndjson', 'coverage.json', ...ledgers.map((name) => join('scan', name))];
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(out, path), 'utf8')] as const)),
  );
}
