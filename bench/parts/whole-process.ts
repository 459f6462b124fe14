// The same as a user has it: the command from its start to its files, against DuckDB in a process of its own. Archives of plain text and
// of Parquet are eight files, which one and two threads scan.

import { link, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CORPUS, isParquet, type Corpus, type Format } from '../corpus.ts';
import { runChild, runScript } from '../run-child.ts';
import { firstRule } from '../scan-archive.ts';
import { takeTurns, type Contestant, type Standing } from '../turns.ts';
import { ratio, type SpeedOptions } from './speed.ts';

const COMMAND = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'coldhunt');
const RIVAL = join(import.meta.dirname, '..', 'duckdb-hunt.ts');
const FILES = 8;
const ASKED_SECONDS = 0.25;

interface Place {
  /** Where run folders go. */
  readonly folder: string;
  readonly turns: number;
  readonly say: (line: string) => void;
}

export async function measureWholeProcess({ corpus, formats, turns, say }: Omit<SpeedOptions, 'rival'>): Promise<void> {
  // Beside the corpus: a link to a file leads nowhere else.
  const folder = await mkdtemp(join(dirname(dirname(corpus.plain)), 'whole-'));
  try {
    const place = { folder, turns, say };
    await measureStart(place);
    for (const format of formats) {
      if (format === 'snappy') continue;
      const files = format === 'plain' || format === 'parquet' ? FILES : 1;
      await measureFormat(format, files, corpus, place);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureStart({ folder, turns, say }: Place): Promise<void> {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  const [ours, theirs] = await takeTurns(
    [
      contestant('coldhunt scan', () => hunt(empty, join(folder, 'out'), 1)),
      contestant('node with DuckDB', () => runScript<Found>(RIVAL, ['nothing'])),
    ] as const satisfies readonly Contestant[],
    { turns, matches: 0 },
  );
  say(
    `start    an empty hunt ${ours.seconds.toFixed(2)} s (asked: ${ASKED_SECONDS}) | DuckDB in node, asked nothing ${theirs.seconds.toFixed(2)} s`,
  );
}

async function measureFormat(
  format: Format,
  files: number,
  corpus: Corpus,
  { folder, turns, say }: Place,
): Promise<void> {
  const archive = join(folder, format);
  await mkdir(archive);
  const name = basename(corpus[format]);
  const first = name.indexOf('.');
  for (let number = 0; number < files; number += 1) {
    await link(corpus[format], join(archive, `${name.slice(0, first)}-${number}${name.slice(first)}`));
  }
  const glob = join(archive, `*${name.slice(first)}`);
  const peaks = { ours: 0, theirs: 0 };
  const ours = (workers: number): Contestant =>
    contestant(`coldhunt scan --workers ${workers}`, async () => {
      const found = await hunt(archive, join(folder, 'out'), workers);
      if (workers === 1) peaks.ours = Math.max(peaks.ours, found.peakBytes);
      return found;
    });
  const theirs = (what: 'columns' | 'events'): Contestant =>
    contestant(`DuckDB, ${what}`, async () => {
      const found = await runScript<Found>(RIVAL, [what, glob]);
      peaks.theirs = Math.max(peaks.theirs, found.peakBytes);
      return found;
    });
  const [one, columns, two, events] = (await takeTurns(
    [ours(1), theirs('columns'), ...(files > 1 ? [ours(2)] : []), ...(isParquet(format) ? [theirs('events')] : [])],
    { turns, matches: files * CORPUS.matches },
  )) as readonly Standing[];
  if (one === undefined || columns === undefined) return;
  const rivals =
    `DuckDB, two columns ${columns.seconds.toFixed(2)} s, peak ${megabytes(peaks.theirs)} MB, ${ratio(columns.seconds, one.seconds)} times ours` +
    (events === undefined
      ? ''
      : ` | whole events ${events.seconds.toFixed(2)} s, ${ratio(events.seconds, one.seconds)} times ours`);
  say(
    `${format.padEnd(8)} whole process, ${files} ${files === 1 ? 'file' : 'files'}: coldhunt scan --workers 1 ${one.seconds.toFixed(2)} s, peak ${megabytes(peaks.ours)} MB | ${rivals}`,
  );
  if (two !== undefined) {
    say(
      `${format.padEnd(8)} two worker threads ${two.seconds.toFixed(2)} s | ${ratio(one.seconds, two.seconds)} times as fast as one (asked: 1.9)`,
    );
  }
}

interface Found {
  readonly matches: number;
}

function contestant(name: string, run: () => Promise<Found>): Contestant {
  return { name, run: async () => (await run()).matches };
}

/** Runs the hunt into `out`, which is removed first. */
async function hunt(archive: string, out: string, workers: number): Promise<Found & { readonly peakBytes: number }> {
  await rm(out, { recursive: true, force: true });
  const threads = ['--workers', String(workers)];
  const args = ['scan', '--archive', archive, '--rule', firstRule().rule_id, ...threads, '--out', out, '--quiet'];
  const { peakBytes } = await runChild(COMMAND, args);
  const coverage = JSON.parse(await readFile(join(out, 'coverage.json'), 'utf8')) as { matches: { total: number } };
  return { matches: coverage.matches.total, peakBytes };
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
