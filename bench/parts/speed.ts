// The first rule over the corpus, one thread, in this process: coldhunt, DuckDB with one thread, and the raw limit, in turn.

import { dirname } from 'node:path';
import { CORPUS, type Corpus, type Format } from '../corpus.ts';
import type { Rule } from '@coldhunt/rules';
import { ABSENT_ARGUMENT, type Rival } from '../duckdb-hunt.ts';
import { onlyDecompress, searchPlain } from '../raw-limit.ts';
import { countByRipgrep } from '../ripgrep.ts';
import { countMatches, firstRule } from '../scan-archive.ts';
import { takeTurns, type Contestant, type Standing } from '../turns.ts';

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
        { name: 'raw limit', run: limit },
      ] as const satisfies readonly Contestant[],
      { turns, matches: CORPUS.matches },
    );
    const best = declared.seconds <= literal.seconds ? declared : literal;
    say(
      `${format.padEnd(8)} ${describe(ours, corpus)} | ${best.name} ${figures(best)} | ` +
        `time to DuckDB's ${ratio(ours.seconds, best.seconds)}, CPU to DuckDB's ${ratio(ours.cpuSeconds, best.cpuSeconds)}, ` +
        `time to the raw limit's ${ratio(ours.seconds, raw.seconds)}`,
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
    say(`plain    ${line} | time to ripgrep's ${ratio(ours.seconds, theirs.seconds)}`);
  }
  if (formats.includes('gzip')) await against('gzip', () => onlyDecompress(corpus.gzip, 'gzip'));
  if (formats.includes('zstd')) await against('zstd', () => onlyDecompress(corpus.zstd, 'zstd'));
  if (!formats.includes('parquet')) return;
  const [ours, two, whole] = await takeTurns(
    [
      { name: 'coldhunt', run: () => countMatches(dirname(corpus.parquet)) },
      { name: 'DuckDB, two columns', run: () => rival.parquet(corpus.parquet) },
      { name: 'DuckDB, whole events', run: () => rival.parquetWhole(corpus.parquet) },
    ] as const satisfies readonly Contestant[],
    { turns, matches: CORPUS.matches },
  );
  say(
    `parquet  ${describe(ours, corpus)} | ${whole.name} ${figures(whole)}, ${two.name} ${figures(two)} | ` +
      `time to DuckDB's ${ratio(ours.seconds, whole.seconds)}, with two columns ${ratio(ours.seconds, two.seconds)}`,
  );
  const [none, noneTheirs] = await takeTurns(
    [
      { name: 'coldhunt', run: () => countMatches(dirname(corpus.parquet), [emptyHanded()]) },
      { name: 'DuckDB, two columns', run: () => rival.parquetNone(corpus.parquet) },
    ] as const satisfies readonly Contestant[],
    { turns, matches: 0 },
  );
  say(
    `parquet  nothing matches: ${describe(none, corpus)} | ${noneTheirs.name} ${figures(noneTheirs)} | ` +
      `time to DuckDB's ${ratio(none.seconds, noneTheirs.seconds)}`,
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
