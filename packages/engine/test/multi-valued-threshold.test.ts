// Events of several buckets of a threshold rule count in each, and it is told: Elastic would leave them out of the others (decision 014).

import { compileRule, createFieldTypes } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildThreshold } from './build-match.ts';
import { cutObjects, huntShards } from './hunt-shards.ts';

const TWICE = [
  ['2026-02-01T00:01:00.000Z', 'a'],
  ['2026-02-01T00:01:10.000Z', ['a', 'b']],
  ['2026-02-01T00:06:30.000Z', 'b'],
] as const;

async function hunt(
  events: readonly (readonly [string, string | readonly string[]])[],
  over: Parameters<typeof buildQuestion>[1],
): ReturnType<typeof huntShards> {
  const threshold = buildThreshold({ field: ['host.name'], value: 2 });
  const rule = buildRule({ type: 'threshold', query: '*', from: 'now-9m', threshold });
  const lines = events.map(([time, host]) => `${JSON.stringify({ '@timestamp': time, 'host.name': host })}\n`);
  const bodies = { 'a.ndjson': lines.join('') };
  return huntShards(bodies, cutObjects(bodies, []), {
    question: buildQuestion([rule], over),
    rules: [compileRule(rule, { fieldTypes: createFieldTypes() })],
    listedAt: '2026-03-01T00:00:00.000Z',
  });
}

describe('an event of two buckets', () => {
  it.each(['complete', 'parity'] as const)('counts in both in mode %s, and alerts and rule say so', async (mode) => {
    const { alerts, done } = await hunt(TWICE, { mode });
    expect(alerts.map((alert) => alert['host.name'])).toEqual(['a', 'b']);
    for (const alert of alerts) expect(alert['coldhunt.bucket']).toMatchObject({ events: 2, multi_valued: 1 });
    expect(done.rules[0]?.multi_valued).toBe(2);
    expect(done.rules[0]?.warnings).toContainEqual(expect.stringMatching(/several values of host\.name \(2 times/));
  });

  it('is told where the alert that counts it lies before the range', async () => {
    const { alerts, done } = await hunt(TWICE, { from: '2026-02-01T00:05:00.000Z' });
    expect(alerts.map((alert) => alert['host.name'])).toEqual(['b']);
    expect(done.rules[0]?.multi_valued).toBe(2);
  });

  it('is not told where no alert counts it', async () => {
    const { alerts, done } = await hunt(
      [
        ['2026-02-01T00:01:00.000Z', 'c'],
        ['2026-02-01T00:01:01.000Z', 'c'],
        ['2026-02-01T00:01:10.000Z', ['a', 'b']],
      ],
      {},
    );
    expect(alerts.length).toBe(1);
    expect(alerts[0]?.['coldhunt.bucket']).not.toHaveProperty('multi_valued');
    expect(done.rules[0]?.multi_valued).toBeUndefined();
  });
});
