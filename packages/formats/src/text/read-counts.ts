// The counts of a reading, from nothing on.

import type { ReadCounts } from '../reading.ts';

export function createReadCounts(): ReadCounts {
  return {
    lines: { read: 0, searched: 0, parsed: 0, malformed: 0, blank: 0 },
    malformedSamples: [],
    decompressedBytes: 0,
    timeStatistics: [],
    columns: {},
    envelopes: {},
  };
}
