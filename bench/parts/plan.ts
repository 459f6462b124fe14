// Listing and planning 100,000 objects of a bucket, in a process of its own.

import { join } from 'node:path';
import { startListingServer } from '../listing-server.ts';
import { runScript } from '../run-child.ts';
import { median } from '../turns.ts';
import { megabytes } from './whole-process.ts';

const SCRIPT = join(import.meta.dirname, '..', 'plan-archive.ts');
const TURNS = 5;

interface Planned {
  readonly seconds: number;
  readonly listed: number;
  readonly selected: number;
  readonly shards: number;
}

export async function measurePlan(say: (line: string) => void): Promise<void> {
  const server = await startListingServer();
  try {
    const turns: (Planned & { readonly peakBytes: number })[] = [];
    for (let turn = 0; turn <= TURNS; turn += 1) turns.push(await runScript<Planned>(SCRIPT, [server.endpoint]));
    const [{ listed, selected, shards } = { listed: 0, selected: 0, shards: 0 }, ...counted] = turns;
    say(
      `plan     ${listed} objects listed, ${selected} selected, ${shards} shards in ${median(counted.map(({ seconds }) => seconds)).toFixed(1)} s ` +
        `(promised: under 30), peak ${megabytes(Math.max(...turns.map(({ peakBytes }) => peakBytes)))} MB (promised: under 300)`,
    );
  } finally {
    server.stop();
  }
}
