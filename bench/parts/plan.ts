// Listing and planning the objects of a bucket, in a process of its own.

import { join } from 'node:path';
import { startListingServer } from '../listing-server.ts';
import { runScript } from '../run-child.ts';
import { megabytes } from './whole-process.ts';

const SCRIPT = join(import.meta.dirname, '..', 'plan-archive.ts');
/** Objects, and what is asked: seconds and megabytes. */
const SIZES = [
  { objects: 100_000, seconds: 30, megabytes: 300 },
  { objects: 1_000_000, seconds: 60, megabytes: 300 },
] as const;

interface Planned {
  readonly seconds: number;
  readonly listed: number;
  readonly selected: number;
  readonly shards: number;
}

export async function measurePlan(say: (line: string) => void): Promise<void> {
  for (const asked of SIZES) {
    const server = await startListingServer(asked.objects);
    try {
      const { listed, selected, shards, seconds, peakBytes } = await runScript<Planned>(SCRIPT, [server.endpoint]);
      say(
        `plan     ${listed} objects listed, ${selected} selected, ${shards} shards in ${seconds.toFixed(1)} s ` +
          `(asked: under ${asked.seconds}), peak ${megabytes(peakBytes)} MB (asked: under ${asked.megabytes})`,
      );
    } finally {
      server.stop();
    }
  }
}
