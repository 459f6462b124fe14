// What the scan took, from the stats files of its shards. No result rests on it.

import type { RunStore } from '@coldhunt/core';
import { z } from 'zod';
import type { RuleTallies } from '../reduce/output.ts';
import type { Effort } from '../report/output.ts';

const NAME = /^scan\/[0-9a-f]+\.stats-\d+\.json$/;

const stats = z.object({
  worker: z.string(),
  started_at: z.string(),
  seconds: z.number(),
  bytes: z.number(),
  decompressed_bytes: z.number(),
  events: z.number(),
  peak_rss_bytes: z.number(),
  rules: z.array(z.object({ rule_id: z.string(), candidates: z.number(), seconds: z.number() })).default([]),
});

/** `seconds`: of the whole hunt, as the caller measured it; `tallies`: the hunt's rules. A stats file that cannot be understood is passed over. */
export async function measureEffort(
  store: RunStore,
  { seconds, tallies }: { readonly seconds: number; readonly tallies: RuleTallies },
): Promise<Effort> {
  let bytes = 0;
  let decompressed = 0;
  let events = 0;
  let peak = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const workers = new Set<string>();
  const rules = new Map(Object.keys(tallies).map((id) => [id, { candidates: 0, seconds: 0 }]));
  for await (const paths of store.list('scan/')) {
    for (const path of paths) {
      const body = NAME.test(path) ? await store.get(path) : null;
      const found = body === null ? null : parseStats(body);
      if (found === null) continue;
      bytes += found.bytes;
      decompressed += found.decompressed_bytes;
      events += found.events;
      peak = Math.max(peak, found.peak_rss_bytes);
      const startMs = Date.parse(found.started_at);
      first = Math.min(first, startMs);
      last = Math.max(last, startMs + found.seconds * 1000);
      workers.add(found.worker);
      for (const { rule_id: id, candidates, seconds: taken } of found.rules) {
        const sum = rules.get(id) ?? { candidates: 0, seconds: 0 };
        rules.set(id, { candidates: sum.candidates + candidates, seconds: sum.seconds + taken });
      }
    }
  }
  const scanSeconds = last > first ? (last - first) / 1000 : 0;
  const aSecond = (total: number): number => (scanSeconds > 0 ? Math.round(total / scanSeconds) : 0);
  return {
    seconds,
    scan_seconds: scanSeconds,
    bytes_per_second: aSecond(bytes),
    decompressed_bytes_per_second: aSecond(decompressed),
    events_per_second: aSecond(events),
    peak_memory_bytes: peak,
    workers: [...workers].toSorted(),
    rules: [...rules]
      .map(([rule_id, sum]) => ({ rule_id, ...sum, matches: tallies[rule_id]?.matches.total ?? 0 }))
      .toSorted((a, b) => b.seconds - a.seconds || b.candidates - a.candidates),
    rules_seconds: [...rules.values()].reduce((sum, rule) => sum + rule.seconds, 0),
  };
}

function parseStats(body: Uint8Array): z.infer<typeof stats> | null {
  try {
    return stats.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    return null;
  }
}
