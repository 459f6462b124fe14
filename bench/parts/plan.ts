// Listing and planning a million objects of a bucket, in a process of its own.

import { join } from 'node:path';
import { startListingServer } from '../listing-server.ts';
import { runScript } from '../run-child.ts';
import { megabytes } from './whole-process.ts';

const SCRIPT = join(import.meta.dirname, '..', 'plan-archive.ts');
const OBJECTS = 1_000_000;

interface Planned {
  readonly seconds: number;
  readonly listed: number;
  readonly selected: number;
  readonly shards: number;
}

export async function measurePlan(say: (line: string) => void): Promise<void> {
  const server = await startListingServer(OBJECTS);
  try {
    const { listed, selected, shards, seconds, peakBytes } = await runScript<Planned>(SCRIPT, [server.endpoint]);
    say(
      `plan     ${listed} objects listed, ${selected} selected, ${shards} shards in ${seconds.toFixed(1)} s ` +
        `(asked: under 60), peak ${megabytes(peakBytes)} MB (asked: under 300)`,
    );
  } finally {
    server.stop();
  }
}
