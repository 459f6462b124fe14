// The first rule over the corpus, one thread, in this process: coldhunt, DuckDB with one thread, and the raw limit, in turn.

import { dirname } from 'node:path';
import { CORPUS, type Corpus, type Format } from '../corpus.ts';
import type { Rule } from '@coldhunt/rules';
import { ABSENT_ARGUMENT, type Rival } from '../duckdb-hunt.ts';
import { onlyDecompress, searchPlain } from '../raw-limit.ts';
import { countByRipgrep } from '../ripgrep.ts';
import { countMatches, firstRule } from '../scan-archive.ts';
import { takeTurns, type Contestant, type Standing } from '../turns.ts';

/** What is asked: how many times ours the best-written query of DuckDB takes. */
const ASKED = { plain: 5, gzip: 1.6, zstd: 1.3, parquet: 1.5, snappy: 1.5 } as const satisfies Record<Format, number>;

export interface SpeedOptions {
  readonly corpus: Corpus;
  readonly rival: Rival;
  readonly formats: readonly Format[];
  readonly turns: number;
  readonly say: (line: string) => void;
}

export async function measureSpeed({ corpus, rival, formats, turns, say }: SpeedOptions): Promise<void> {
  const against = async (format: 'plain' | 'gzip' | 'zstd', limit: () => Promise<null>): Promise<void> => {
    const path = corpus[format];
    const [ours, declared, literal, raw] = await takeTurns(
      [
        { name: 'coldhunt', run: () => countMatches(dirname(path)) },
        { name: 'DuckDB, declared columns', run: () => rival.declared(path) },
        { name: 'DuckDB, literal first', run: () => rival.literalFirst(path) },
        { name: format === 'plain' ? 'read, and Buffer.indexOf' : "Node's decompressor alone", run: limit },
      ] as const satisfies readonly Contestant[],
      { turns, matches: CORPUS.matches },
    );
    const best = declared.seconds <= literal.seconds ? declared : literal;
    say(
      `${format.padEnd(8)} ${describe(ours, corpus)} | ${best.name} ${figures(best)} | ` +
        `DuckDB's time to ours ${ratio(best.seconds, ours.seconds)} (asked: ${ASKED[format]}), CPU ${ratio(best.cpuSeconds, ours.cpuSeconds)} | ` +
        `${raw.name} ${figures(raw)}, its time to ours ${ratio(raw.seconds, ours.seconds)}`,
    );
  };
  if (formats.includes('plain')) {
    await against('plain', () => searchPlain(corpus.plain));
    const [ours, theirs] = await takeTurns(
      [
        { name: 'coldhunt', run: () => countMatches(dirname(corpus.plain)) },
        { name: 'ripgrep', run: () => countByRipgrep(corpus.plain) },
      ] as const satisfies readonly Contestant[],
      { turns, matches: CORPUS.matches },
    );
    const line = `coldhunt ${ours.seconds.toFixed(2)} s | ripgrep -j1 for one literal ${theirs.seconds.toFixed(2)} s`;
    say(`plain    ${line} | ripgrep's time to ours ${ratio(theirs.seconds, ours.seconds)} (aim: 1)`);
  }
  if (formats.includes('gzip')) await against('gzip', () => onlyDecompress(corpus.gzip, 'gzip'));
  if (formats.includes('zstd')) await against('zstd', () => onlyDecompress(corpus.zstd, 'zstd'));
  for (const format of ['parquet', 'snappy'] as const) {
    if (formats.includes(format)) await measureParquet(format, { corpus, rival, turns, say });
  }
}

async function measureParquet(
  format: 'parquet' | 'snappy',
  { corpus, rival, turns, say }: Omit<SpeedOptions, 'formats'>,
): Promise<void> {
  const path = corpus[format];
  const [ours, two, whole] = await takeTurns(
    [
      { name: 'coldhunt', run: () => countMatches(dirname(path)) },
      { name: 'DuckDB, two columns', run: () => rival.parquet(path) },
      { name: 'DuckDB, whole events', run: () => rival.parquetWhole(path) },
    ] as const satisfies readonly Contestant[],
    { turns, matches: CORPUS.matches },
  );
  const asked = `(asked: ${ASKED[format]})`;
  say(
    `${format.padEnd(8)} ${describe(ours, corpus)} | ${whole.name} ${figures(whole)}, ${two.name} ${figures(two)} | ` +
      `DuckDB's time to ours ${ratio(whole.seconds, ours.seconds)} ${asked}, with two columns ${ratio(two.seconds, ours.seconds)} ${asked}`,
  );
  const [none, theirs] = await takeTurns(
    [
      { name: 'coldhunt', run: () => countMatches(dirname(path), [emptyHanded()]) },
      { name: 'DuckDB, two columns', run: () => rival.parquetNone(path) },
    ] as const satisfies readonly Contestant[],
    { turns, matches: 0 },
  );
  say(
    `${format.padEnd(8)} nothing matches: ${describe(none, corpus)} | ${theirs.name} ${figures(theirs)} | ` +
      `DuckDB's time to ours ${ratio(theirs.seconds, none.seconds)} ${asked}`,
  );
}

/** The first rule with an argument that no event has: what most files of an archive cost. */
function emptyHanded(): Rule {
  const rule = firstRule();
  return { ...rule, query: `(${rule.query ?? ''}) and process.args: "${ABSENT_ARGUMENT}"` };
}

function describe(standing: Standing, { plainBytes }: Corpus): string {
  const perSecond = Math.round(plainBytes / 1e6 / standing.seconds);
  const events = Math.round(CORPUS.events / standing.seconds / 1000);
  return `1 thread  coldhunt ${figures(standing)}, ${perSecond} MB/s, ${events},000 events/s`;
}

export function figures({ seconds, cpuSeconds }: Standing): string {
  return `${seconds.toFixed(2)} s (CPU ${cpuSeconds.toFixed(2)} s)`;
}

export function ratio(ours: number, theirs: number): string {
  return (ours / theirs).toFixed(2);
}
