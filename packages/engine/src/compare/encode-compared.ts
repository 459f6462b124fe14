// A compared alert as a JSON object, for files and standard output.

import type { Document } from '@coldhunt/core';
import type { Compared } from './compare-runs.ts';

export function encodeCompared(compared: Compared): Document {
  const { in: side, rule_id, time_ms: timeMs, terms, host_names, ticks, reason, evidence } = compared;
  return {
    in: side,
    rule_id,
    time: new Date(timeMs).toISOString(),
    terms,
    host_names,
    executions: { a: toIso(ticks.a), b: toIso(ticks.b) },
    reason,
    evidence,
  } as unknown as Document;
}

function toIso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
