import { gzipSync } from 'node:zlib';
import { sha256Hex } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { compileEquality } from '../../test/equality-rule.ts';
import { createMemorySource, uriOf, type Content } from '../../test/memory-source.ts';
import { createMemoryStore, type MemoryStore } from '../../test/memory-store.ts';
import { runHunt } from '../hunt/run-hunt.ts';
import { runIdOf } from '../question/output.ts';
import { scanShard } from '../scan/scan-shard.ts';
import { exportEvidence, type ExportedEvidence } from './export-evidence.ts';
import type { Finding } from './finding.ts';

const rule = buildRule({ type: 'query' });
const rules = [compileEquality(rule)];
const event = (host: string, name = 'aws'): string =>
  JSON.stringify({ '@timestamp': '2026-02-01T00:00:00Z', 'process.name': name, 'host.id': host });
const objects: Readonly<Record<string, Content>> = {
  'x/a b.ndjson': `${event('h1')}\n${event('h2', 'ls')}\n`,
  'x/c.gz': gzipSync(`${event('h3')}\n`),
  'x/quiet.ndjson': `${event('h4', 'ls')}\n`,
};
const question = buildQuestion([rule]);
const run = { ...buildRun(question), run_id: runIdOf(question) };
const store = createMemoryStore();
await runHunt({
  run,
  rules,
  store,
  sources: [createMemorySource(objects)],
  startedAtMs: Date.UTC(2026, 2, 1),
  runShards: async (work) => {
    for await (const shard of work.shards()) {
      const listedAt = work.plan.done.listed_at;
      await scanShard(shard, { run, rules, sources: [createMemorySource(objects)], store, listedAt });
    }
  },
});

interface Exported extends ExportedEvidence {
  readonly target: MemoryStore;
  readonly findings: readonly Finding[];
}

async function exported(what: 'objects' | 'lines', archive = objects): Promise<Exported> {
  const target = createMemoryStore();
  const findings: Finding[] = [];
  const tell = (finding: Finding): void => void findings.push(finding);
  const sources = [createMemorySource(archive)];
  const scratch = createMemoryStore();
  return {
    ...(await exportEvidence({ run, store, rules, sources, scratch, target, what, atMs: 0, tell })),
    target,
    findings,
  };
}

function manifestOf(target: MemoryStore): {
  evidence: { uri: string; sha256: string; file: string }[];
  files: { path: string; sha256: string }[];
} {
  return JSON.parse(Buffer.from(target.files.get('manifest.json') ?? []).toString()) as ReturnType<typeof manifestOf>;
}

describe('exported evidence', () => {
  it('is the alerting objects byte for byte, and no others', async () => {
    const { target, evidence, missing } = await exported('objects');
    expect([evidence, missing]).toEqual([2, 0]);
    const copies = [...target.files].filter(([path]) => path.startsWith('objects/'));
    expect(copies.map(([path]) => path.slice('objects/'.length + 33)).toSorted()).toEqual(
      ['a_20b.ndjson', 'c.gz'].map((name) => expect.stringContaining(name.slice(-4))),
    );
    const bodies = copies.map(([, bytes]) => sha256Hex(bytes));
    expect(bodies.toSorted()).toEqual(
      ['x/a b.ndjson', 'x/c.gz'].map((name) => sha256Hex(Buffer.from(objects[name] as string))).toSorted(),
    );
  });

  it('is the lines alone, each under its hash', async () => {
    const { target } = await exported('lines');
    const lines = [...target.files].filter(([path]) => path.startsWith('lines/'));
    expect(lines.map(([, bytes]) => Buffer.from(bytes).toString()).toSorted()).toEqual([event('h1'), event('h3')]);
    for (const [path, bytes] of lines) expect(path).toBe(`lines/${sha256Hex(bytes)}.json`);
  });

  it.each(['objects', 'lines'] as const)('of %s has a manifest with the hash of every file', async (what) => {
    const { target, files } = await exported(what);
    const manifest = manifestOf(target);
    expect(manifest.files).toHaveLength(files);
    for (const { path, sha256 } of manifest.files)
      expect(sha256Hex(target.files.get(path) ?? Buffer.of())).toBe(sha256);
    expect(manifest.evidence.map(({ uri }) => uri)).toEqual([uriOf('x/a b.ndjson'), uriOf('x/c.gz')]);
    for (const { file } of manifest.evidence) expect(target.files.has(file)).toBe(true);
    expect(target.files.has('run/alerts.ndjson')).toBe(true);
  });

  it('tells what could not be had, and exports the rest', async () => {
    const { 'x/c.gz': _gone, ...rest } = objects;
    const { evidence, missing, findings } = await exported('objects', rest);
    expect([evidence, missing]).toEqual([1, 1]);
    expect(findings[0]?.message).toContain('OBJECT_VANISHED');
  });
});
