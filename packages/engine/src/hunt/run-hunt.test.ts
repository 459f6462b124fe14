import { InputError } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { compileEquality } from '../../test/equality-rule.ts';
import { createMemorySource, shardOf, type Content } from '../../test/memory-source.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import type { PlanLine } from '../plan/output.ts';
import type { ReducePlan } from '../reduce/reduce-hunt.ts';
import { failShard } from '../scan/fail-shard.ts';
import { scanShard } from '../scan/scan-shard.ts';
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
  const run = buildRun(buildQuestion([rule]));
  const shards = Object.keys(objects).map((key, sequence) => ({
    ...shardOf({ [key]: objects[key] as Content }),
    id: String(sequence).padStart(32, '0'),
    sequence,
  }));
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  const plan: ReducePlan = {
    done: {
      format: 1,
      run_id: run.run_id,
      semantics_revision: 1,
      parts: [],
      listed_at: '2026-03-01T00:00:00.000Z',
      shards: shards.length,
      listed: { objects: shards.length, bytes },
      selected: { objects: shards.length, bytes },
      skipped: {},
      warnings: [],
    },
    async *lines(): AsyncGenerator<PlanLine> {
      for (const shard of shards) yield { kind: 'shard', shard };
    },
  };
  const runShards = async (work: ShardWork): Promise<void> => {
    for await (const shard of work.shards()) {
      scanned.push(shard.objects[0]?.uri.split('/').at(-1) ?? '');
      await scanShard(shard, {
        run: work.run,
        rules,
        sources: [createMemorySource(objects)],
        store,
        listedAt: plan.done.listed_at,
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
    makePlan: () => Promise.resolve(plan),
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
    expect(summary.alerts).toEqual({ count: 2, by_severity: { low: 2 }, by_host: { '(no host.name)': 2 } });
    for (const path of [
      'alerts.ndjson',
      'unkeyed.ndjson',
      'coverage.json',
      'summary.json',
      'alerts.csv',
      'report.html',
    ]) {
      expect(await options.store.get(path), path).not.toBeNull();
    }
  });

  it('scans only what has no record yet', async () => {
    const options = setUp({ a: event('h1'), b: event('h2') });
    const half = async (work: ShardWork): Promise<void> => {
      for await (const shard of work.shards()) {
        await failShard(shard, {
          run: work.run,
          store: options.store,
          code: 'SHARD_GAVE_UP',
          message: 'started 5 times',
        });
        break;
      }
    };
    await expect(runHunt({ ...options, runShards: half })).rejects.toMatchObject({ code: 'RUN_UNFINISHED' });
    const { coverage } = await runHunt(options);
    expect(options.scanned).toEqual(['b']);
    expect(coverage.failed).toMatchObject([{ code: 'SHARD_GAVE_UP', message: 'started 5 times' }]);
  });

  it('tries again in a new generation what failed or was archived, as asked', async () => {
    const options = setUp({
      a: new InputError('OBJECT_DENIED', 'denied'),
      b: new InputError('OBJECT_ARCHIVED', 'archived'),
      c: event('h3'),
    });
    const first = await runHunt(options);
    expect(first.coverage).toMatchObject({ complete: false, objects: { scanned: 1, skipped: 1, failed: 1 } });
    options.objects['a'] = event('h1').slice(0, 10);
    options.objects['b'] = event('h2').slice(0, 10);
    const again = (generation: number, retry: HuntOptions['retry']): Promise<unknown> => {
      options.scanned.length = 0;
      return runHunt({ ...options, run: { ...options.run, generation }, retry });
    };
    await again(1, { failed: false, archived: true });
    expect(options.scanned).toEqual(['b']);
    await again(2, { failed: true, archived: true });
    expect(options.scanned).toEqual(['a']);
    await again(3, { failed: true, archived: true });
    expect(options.scanned).toEqual([]);
  });
});
