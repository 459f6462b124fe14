import { compileRule, createFieldTypes } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { createMemorySource } from '../../test/memory-source.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { runHunt } from '../hunt/run-hunt.ts';
import { runIdOf } from '../question/output.ts';
import { scanShard } from '../scan/scan-shard.ts';
import { showContext, type HostContext } from './show-context.ts';

const HOST = 'a"b\\c';
const UUID = '0123456789';

function line(time: string, fields: object): string {
  return `${JSON.stringify({ '@timestamp': `2026-02-01T${time}.000Z`, host: { id: HOST }, ...fields })}\n`;
}

const ALERTING = line('10:05:00', { process: { name: 'aws' } });
const OBJECTS = {
  'late.ndjson': line('10:06:00', { n: 3 }) + line('10:30:00', { n: 4 }),
  'early.ndjson': ALERTING + line('10:04:00', { n: 1 }) + line('10:05:30', { n: 2, host: { id: 'other' } }),
  'noon.ndjson': line('12:00:00', { n: 5 }),
  'gone.ndjson': line('10:05:00', { n: 6 }),
};

async function around(windowMs: number, most = 10): Promise<HostContext> {
  const rule = buildRule({ type: 'query', query: 'process.name: aws' });
  const rules = [compileRule(rule, { fieldTypes: createFieldTypes() })];
  const question = buildQuestion([rule]);
  const run = { ...buildRun(question), run_id: runIdOf(question) };
  const store = createMemoryStore();
  const objects: Record<string, string> = { ...OBJECTS };
  const sources = [createMemorySource(objects)];
  await runHunt({
    run,
    rules,
    store,
    sources,
    startedAtMs: Date.UTC(2026, 2, 1),
    buildAlert: ({ match }) => ({
      '@timestamp': new Date(match.time_ms).toISOString(),
      'kibana.alert.uuid': UUID,
      'kibana.alert.severity': 'low',
      host: { id: HOST },
    }),
    runShards: async ({ shards, plan }) => {
      for await (const shard of shards())
        await scanShard(shard, { run, rules, sources, store, listedAt: plan.done.listed_at });
    },
  });
  delete objects['gone.ndjson'];
  return showContext({ run, store, sources, uuid: UUID, windowMs, most });
}

describe('what a host did around an alert', () => {
  it('is in order of time, of that host alone, from objects that can hold that time, and what is gone is told', async () => {
    const found = await around(5 * 60_000);
    expect(found.host).toEqual({ field: 'host.id', value: HOST });
    const lines = found.events.map((event) => Buffer.from(event.line).toString());
    expect(lines.map((text) => `${text}\n`)).toEqual([
      line('10:04:00', { n: 1 }),
      ALERTING,
      line('10:06:00', { n: 3 }),
    ]);
    expect({ found: found.found, read: found.read, passed: found.passed }).toEqual({ found: 3, read: 3, passed: 1 });
    expect(found.failed).toHaveLength(1);
    expect(found.failed[0]?.uri).toContain('gone.ndjson');
  });

  it('keeps the nearest where there are more than are asked for', async () => {
    const found = await around(3 * 3_600_000, 2);
    expect(found.found).toBe(5);
    expect(found.events.map(({ timeMs }) => new Date(timeMs).toISOString().slice(11, 16))).toEqual(['10:04', '10:05']);
  });
});
