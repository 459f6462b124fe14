// Near misses of a whole hunt, cut in several ways.

import { compileRule, createFieldTypes } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { createMemorySource } from '../../test/memory-source.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { runHunt } from '../hunt/run-hunt.ts';
import { runIdOf } from '../question/output.ts';
import { scanShard } from './scan-shard.ts';

const RULE = buildRule({ query: 'process.name: aws and user.name: root and not host.name: lab' });

function line(minute: number, fields: object): string {
  const time = `2026-02-01T00:${String(minute).padStart(2, '0')}:00.000Z`;
  return `${JSON.stringify({ '@timestamp': time, 'host.id': 'h', ...fields })}\n`;
}

const MATCH = { process: { name: 'aws' }, user: { name: 'root' } };
const LINES = [
  line(9, { process: { name: 'sh' }, user: { name: 'root' } }),
  line(1, MATCH),
  line(5, { ...MATCH, host: { name: 'lab' } }),
  line(2, { process: { name: 'sh' }, user: { name: 'me' } }),
  line(3, { process: { name: 'aws' }, long: 'x'.repeat(20_000) }),
  `${JSON.stringify({ process: { name: 'aws' } })}\n`,
];

async function nearMisses(objects: Readonly<Record<string, string>>, most: number): Promise<readonly unknown[]> {
  const store = createMemoryStore();
  const rules = [compileRule(RULE, { fieldTypes: createFieldTypes() })];
  const built = buildQuestion([RULE], { from: '2026-02-01T00:00:00.000Z' });
  const question = { ...built, options: { ...built.options, prefilter: false } };
  const run = { ...buildRun(question), run_id: runIdOf(question), near_misses: most };
  const sources = [createMemorySource(objects)];
  await runHunt({
    run,
    rules,
    store,
    sources,
    startedAtMs: Date.UTC(2026, 2, 1),
    buildAlert: ({ match }) => ({ term: match.term_key }),
    runShards: async ({ shards, plan }) => {
      for await (const shard of shards())
        await scanShard(shard, { run, rules, sources, store, listedAt: plan.done.listed_at });
    },
  });
  const text = Buffer.from((await store.get('near-misses.ndjson')) ?? '').toString();
  return text
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => JSON.parse(each) as unknown);
}

describe('near misses of a hunt', () => {
  it('are the events that fail by one clause, the first of them, with that clause', async () => {
    const found = await nearMisses({ a: LINES.join('') }, 2);
    expect(found).toMatchObject([
      {
        rule_id: 'rule-1',
        rule_name: 'Rule one',
        time: '2026-02-01T00:03:00.000Z',
        differs_in: { clause: 'user.name:root', field: 'user.name', holds: false, reason: 'no value' },
        evidence: { coordinate: 'raw' },
        // Longer than what is kept.
        event: null,
      },
      {
        time: '2026-02-01T00:05:00.000Z',
        differs_in: { clause: 'not host.name:lab', values: ['lab'] },
        event: { host: { name: 'lab' } },
      },
    ]);
    expect(found).toHaveLength(2);
  });

  it('are the same however the events lie in objects', async () => {
    const times = (found: readonly unknown[]): unknown => found.map((each) => (each as { time: string }).time);
    const whole = times(await nearMisses({ a: LINES.join('') }, 2));
    for (const order of [LINES, LINES.toReversed()]) {
      const objects = Object.fromEntries(order.map((text, number) => [`${number}`, text]));
      expect(times(await nearMisses(objects, 2))).toEqual(whole);
    }
    expect(await nearMisses({ a: LINES.join('') }, 9)).toHaveLength(3);
  });
});
