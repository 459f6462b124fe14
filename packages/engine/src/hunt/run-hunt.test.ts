import { InputError } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { compileEquality } from '../../test/equality-rule.ts';
import { createMemorySource, type Content } from '../../test/memory-source.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { runIdOf } from '../question/output.ts';
import { failShard } from '../scan/fail-shard.ts';
import { scanShard } from '../scan/scan-shard.ts';
import type { Retry } from './pending-shards.ts';
import { runHunt, type HuntOptions, type ShardWork } from './run-hunt.ts';

const rule = buildRule();
const rules = [compileEquality(rule)];

function event(host: string): string {
  return `${JSON.stringify({ '@timestamp': '2026-02-01T00:00:00Z', 'process.name': 'aws', 'host.id': host })}\n`;
}

function setUp(
  objects: Record<string, Content>,
): HuntOptions & { readonly scanned: string[]; readonly objects: Record<string, Content> } {
  const store = createMemoryStore();
  const scanned: string[] = [];
  const question = buildQuestion([rule]);
  const run = { ...buildRun(question), run_id: runIdOf(question) };
  const sources = [createMemorySource(objects)];
  const runShards = async (work: ShardWork): Promise<void> => {
    for await (const shard of work.shards()) {
      scanned.push(shard.id);
      await scanShard(shard, {
        run: work.run,
        rules,
        sources,
        store,
        listedAt: work.plan.done.listed_at,
      });
    }
  };
  return {
    run,
    rules,
    store,
    scanned,
    objects,
    buildAlert: ({ match }) => ({ term: match.term_key, 'kibana.alert.severity': 'low' }),
    sources,
    startedAtMs: Date.UTC(2026, 2, 1),
    runShards,
  };
}

describe('runHunt', () => {
  it('joins the stages and leaves every file of a hunt', async () => {
    const options = setUp({ a: event('h1'), b: event('h2') });
    const phases: string[] = [];
    const { summary, coverage } = await runHunt({ ...options, onPhase: (phase) => phases.push(phase) });
    expect(phases).toEqual(['plan', 'scan', 'reduce', 'report', 'done']);
    expect(coverage.complete).toBe(true);
    expect(summary.effort.rules).toMatchObject([{ rule_id: rule.rule_id, matches: 2 }]);
    expect(summary.alerts).toEqual({
      count: 2,
      by_severity: { low: 2 },
      by_host: { '(no host.name)': 2 },
      by_baseline: { cold: 2 },
      by_day: expect.any(Object),
    });
    for (const path of [
      'alerts.ndjson',
      'unkeyed.ndjson',
      'coverage.json',
      'summary.json',
      'alerts.csv',
      'groups.ndjson',
      'report.html',
    ]) {
      expect(await options.store.get(path), path).not.toBeNull();
    }
  });

  it('scans only what has no record yet', async () => {
    const options = setUp({ a: event('h1'), b: event('h2') });
    const nobody = async (): Promise<void> => {};
    await expect(runHunt({ ...options, runShards: nobody })).rejects.toMatchObject({ code: 'RUN_UNFINISHED' });
    const givesUp = async (work: ShardWork): Promise<void> => {
      for await (const shard of work.shards()) {
        const why = { code: 'SHARD_GAVE_UP', message: 'started 5 times' } as const;
        await failShard(shard, { run: work.run, store: options.store, ...why });
      }
    };
    const { coverage } = await runHunt({ ...options, runShards: givesUp });
    expect(coverage.failed).toMatchObject([
      { code: 'SHARD_GAVE_UP', message: 'started 5 times' },
      { code: 'SHARD_GAVE_UP' },
    ]);
    await runHunt(options);
    expect(options.scanned).toEqual([]);
  });

  it.each([
    [{ failed: true, archived: false }, new InputError('OBJECT_DENIED', 'denied'), { scanned: 1, failed: 1 }],
    [{ failed: false, archived: true }, new InputError('OBJECT_ARCHIVED', 'archived'), { scanned: 1, skipped: 1 }],
  ])('tries again in a new generation what it is asked to: %j', async (retry, error, objects) => {
    const options = setUp({ a: error, b: event('h2') });
    const first = await runHunt(options);
    expect(first.coverage).toMatchObject({ complete: false, objects });
    options.objects['a'] = event('h1').slice(0, 9).padEnd(9, ' ') + '\n';
    const again = async (generation: number, what: Retry): Promise<number> => {
      options.scanned.length = 0;
      await runHunt({ ...options, run: { ...options.run, generation }, retry: what });
      return options.scanned.length;
    };
    expect(await again(1, { failed: !retry.failed, archived: !retry.archived })).toBe(0);
    expect(await again(2, retry)).toBe(1);
    expect(await again(3, { failed: true, archived: true })).toBe(0);
  });
});
