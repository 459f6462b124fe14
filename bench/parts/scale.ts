// How memory and time grow with each dimension from ×1 to ×1000: scan and reduction in a process each, objects made while they are read. Rows of
// docs/scale.md. `node bench/parts/scale.ts [dimension,…] [most amount]` measures some of it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../run-child.ts';
import { DIMENSIONS } from '../scale/dimensions.ts';

const SCRIPT = join(import.meta.dirname, '..', 'scale-phase.ts');

interface Phase {
  readonly lines: number;
  readonly matches: number;
  readonly alerts: number;
  readonly failed: number;
  readonly cpuSeconds: number;
}

export interface ScaleOptions {
  /** A file of usual events. */
  readonly lines: string;
  /** Names of dimensions; default: all. */
  readonly only?: readonly string[];
  /** Larger amounts are left out. */
  readonly most?: number;
  readonly say: (line: string) => void;
}

export async function measureScale({ lines, only, most = Number.POSITIVE_INFINITY, say }: ScaleOptions): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'coldhunt-scale-'));
  try {
    for (const [name, { unit, amounts }] of Object.entries(DIMENSIONS)) {
      if (only !== undefined && !only.includes(name)) continue;
      say(`scale    ${unit}`);
      for (const amount of amounts.filter((each) => each <= most)) {
        const folder = join(temporary, `${name}-${amount}`);
        const measure = (phase: string): Promise<Phase & { readonly peakBytes: number }> =>
          runScript<Phase>(SCRIPT, [name, String(amount), folder, lines, phase]);
        const scan = await measure('scan');
        const reduce = await measure('reduce');
        await rm(folder, { recursive: true, force: true });
        const found = `${scan.lines} lines, ${scan.matches} matches, ${reduce.alerts} alerts`;
        const failed = scan.failed > 0 ? `, ${scan.failed} failed` : '';
        say(`scale    | ${amount} | ${told(scan)} | ${told(reduce)} | ${found}${failed} |`);
      }
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function told({ peakBytes, cpuSeconds }: { readonly peakBytes: number; readonly cpuSeconds: number }): string {
  return `${Math.round(peakBytes / 1e6)} MB, CPU ${cpuSeconds.toFixed(1)} s`;
}

if (import.meta.main) {
  const { prepareCorpus } = await import('../corpus.ts');
  const corpus = await prepareCorpus(join(import.meta.dirname, '..', '..', '.cache', 'bench'));
  const [only, most] = process.argv.slice(2);
  await measureScale({
    lines: corpus.plain,
    ...(only === undefined || only === 'all' ? {} : { only: only.split(',') }),
    ...(most === undefined ? {} : { most: Number(most) }),
    say: console.log,
  });
}
