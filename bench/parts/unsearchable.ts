// A rule that no text of a line can rule out: every event is looked at. Against JSON.parse of every line and nothing else, and DuckDB,
// which only counts the matches, where we keep each with its event and evidence.

import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Corpus } from '../corpus.ts';
import { UNSEARCHABLE, type Rival } from '../duckdb-hunt.ts';
import { countMatches, firstRule } from '../scan-archive.ts';
import { takeTurns, type Contestant } from '../turns.ts';
import { figures, ratio } from './speed.ts';

const CHUNK_BYTES = 1 << 20;

export interface UnsearchableOptions {
  readonly corpus: Corpus;
  readonly rival: Rival;
  readonly turns: number;
  readonly say: (line: string) => void;
}

export async function measureUnsearchable({ corpus, rival, turns, say }: UnsearchableOptions): Promise<void> {
  const folder = dirname(corpus.plain);
  const rule = { ...firstRule(), query: UNSEARCHABLE };
  const none = { ...rule, query: `${UNSEARCHABLE} and not host.os.type: *` };
  const matches = await rival.unsearchable(corpus.plain);
  const [keeping, theirs, parsing] = await takeTurns(
    [
      { name: 'coldhunt', run: () => countMatches(folder, [rule]) },
      { name: 'DuckDB, count', run: () => rival.unsearchable(corpus.plain) },
      { name: 'JSON.parse', run: () => parseLines(corpus.plain) },
    ] as const satisfies readonly Contestant[],
    { turns, matches },
  );
  const [looking] = await takeTurns(
    [
      { name: 'coldhunt, nothing kept', run: () => countMatches(folder, [none]) },
    ] as const satisfies readonly Contestant[],
    { turns, matches: 0 },
  );
  const against = (seconds: number): string =>
    `${ratio(parsing.seconds, seconds)} times JSON.parse (asked: 2), ${ratio(theirs.seconds, seconds)} times DuckDB`;
  say(
    `rules    no literal, ${matches} matches kept: coldhunt ${figures(keeping)}, ${against(keeping.seconds)} | looked at and none kept ` +
      `${figures(looking)}, ${against(looking.seconds)} | JSON.parse of every line ${figures(parsing)} | DuckDB, counting ${figures(theirs)}`,
  );
}

async function parseLines(path: string): Promise<null> {
  let rest = '';
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, encoding: 'utf8' })) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) JSON.parse(line);
  }
  if (rest !== '') JSON.parse(rest);
  return null;
}
