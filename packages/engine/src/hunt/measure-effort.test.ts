import { expect, it } from 'vitest';
import { createMemoryStore } from '../../test/memory-store.ts';
import type { RuleTallies } from '../reduce/output.ts';
import { statsPath } from '../scan/output.ts';
import { measureEffort } from './measure-effort.ts';

const RULES = 1_095;
const SHARDS = ['a1', 'b2'];

function tally(total: number): RuleTallies[string] {
  return { matches: { total } as RuleTallies[string]['matches'], excepted: {} };
}

it('gives every rule of the hunt its time, candidates and matches, the costliest first', async () => {
  const store = createMemoryStore();
  const ids = Array.from({ length: RULES }, (_, number) => `rule-${number}`);
  for (const shard of SHARDS) {
    const stats = {
      worker: 'w',
      started_at: '2026-02-01T00:00:00Z',
      seconds: 1,
      bytes: 1,
      decompressed_bytes: 1,
      events: 1,
      peak_rss_bytes: 1,
      rules: ids.slice(1).map((id, number) => ({ rule_id: id, candidates: 3, seconds: number / 1000 })),
    };
    await store.put(statsPath(shard, 1), Buffer.from(JSON.stringify(stats)));
  }
  const tallies = Object.fromEntries(ids.map((id, number) => [id, tally(number)]));
  const { rules, rules_seconds: all } = await measureEffort(store, { seconds: 2, tallies });
  expect(rules).toHaveLength(RULES);
  expect(rules[0]).toEqual({ rule_id: 'rule-1094', candidates: 6, seconds: 2.186, matches: 1094 });
  expect(rules.at(-1)).toEqual({ rule_id: 'rule-0', candidates: 0, seconds: 0, matches: 0 });
  expect(all).toBeCloseTo(1094 * 1.093);
});
