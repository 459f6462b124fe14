// The same as a user has it: the command from its start to its files, against DuckDB in a process of its own.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CORPUS } from '../corpus.ts';
import { runChild, runScript } from '../run-child.ts';
import { firstRule } from '../scan-archive.ts';
import { takeTurns, type Contestant } from '../turns.ts';
import { ratio, type SpeedOptions } from './speed.ts';

const COMMAND = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'coldhunt');
const RIVAL = join(import.meta.dirname, '..', 'duckdb-hunt.ts');

export async function measureWholeProcess({ corpus, formats, turns, say }: Omit<SpeedOptions, 'rival'>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-bench-'));
  let peakBytes = 0;
  let theirPeakBytes = 0;
  try {
    for (const format of formats) {
      peakBytes = 0;
      theirPeakBytes = 0;
      const [ours, theirs] = await takeTurns(
        [
          {
            name: 'coldhunt scan',
            run: async () => {
              const ended = await huntWithCommand(dirname(corpus[format]), join(folder, format));
              peakBytes = Math.max(peakBytes, ended.peakBytes);
              return ended.matches;
            },
          },
          {
            name: 'node with DuckDB',
            run: async () => {
              const ended = await runScript<{ matches: number }>(RIVAL, [format, corpus[format]]);
              theirPeakBytes = Math.max(theirPeakBytes, ended.peakBytes);
              return ended.matches;
            },
          },
        ] as const satisfies readonly Contestant[],
        { turns, matches: CORPUS.matches },
      );
      say(
        `${format.padEnd(8)} whole process  coldhunt scan --workers 1 ${ours.seconds.toFixed(2)} s, peak ${megabytes(peakBytes)} MB | ` +
          `DuckDB ${theirs.seconds.toFixed(2)} s, peak ${megabytes(theirPeakBytes)} MB | time to DuckDB's ${ratio(ours.seconds, theirs.seconds)}`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the hunt into `out`, which is removed first. */
async function huntWithCommand(archive: string, out: string): Promise<{ matches: number; peakBytes: number }> {
  await rm(out, { recursive: true, force: true });
  const args = ['scan', '--archive', archive, '--rule', firstRule().rule_id, '--workers', '1', '--out', out, '--quiet'];
  const { peakBytes } = await runChild(COMMAND, args);
  const coverage = JSON.parse(await readFile(join(out, 'coverage.json'), 'utf8')) as { matches: { total: number } };
  return { matches: coverage.matches.total, peakBytes };
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
