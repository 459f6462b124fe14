// The counts of a reading, from nothing on.

import type { ReadCounts } from '../reading.ts';

/** `watched`: the hashes of malformed lines that are counted. */
export function createReadCounts(watched: ReadonlySet<string> = new Set()): ReadCounts {
  return {
    lines: { read: 0, searched: 0, parsed: 0, malformed: 0, blank: 0 },
    malformedSamples: [],
    watchedLines: new Map([...watched].map((sha256) => [sha256, 0])),
    decompressedBytes: 0,
    timeStatistics: [],
    columns: {},
    envelopes: {},
  };
}
